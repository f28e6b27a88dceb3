import type { Page } from '@isolith/contracts';
import { Injectable } from '@nestjs/common';
import {
  sagaStatus,
  type SagaCount,
  type SagaDetail,
  type SagaFilter,
  type SagaOperations,
  type SagaOverview,
  type SagaSummary,
  type SagaTimelineEntry,
} from '../index.js';

/** What the sagas of one context are seen and moved through. */
export interface ContextSagas {
  readonly overview: SagaOverview;
  readonly operations: SagaOperations;
  /** The names of those that its module states. */
  readonly declared: () => readonly string[];
}

/** What operators see of the sagas of this host's contexts, and what they can do. */
@Injectable()
export class SagaStatus {
  private readonly known = new Map<string, ContextSagas>();

  /** False when the context is registered already. */
  register(context: string, sagas: ContextSagas): boolean {
    if (this.known.has(context)) return false;
    this.known.set(context, sagas);
    return true;
  }

  /** The contexts of this host that have sagas. */
  contexts(): readonly string[] {
    return [...this.known.keys()];
  }

  /** The youngest first; `limit` is 1 to 100. Rejects when the context is not here. */
  async list(context: string, filter: SagaFilter, limit: number): Promise<SagaSummary[]> {
    return this.of(context).overview.list(filter, limit);
  }

  /** The same, page by page. Rejects also for what is no `nextCursor` of a page, with SagaCursorUnknown. */
  async page(context: string, filter: SagaFilter, limit: number, cursor?: string): Promise<Page<SagaSummary>> {
    return this.of(context).overview.page(filter, limit, cursor);
  }

  /**
   * By name and status, of every context of this host, or of one: what metrics show. 0 is said, too, also of a saga
   * that was never begun: nobody can tell a number that is absent from one that nobody took.
   */
  async counts(context?: string): Promise<SagaCount[]> {
    const asked = context === undefined ? [...this.known.values()] : [this.of(context)];
    return (await Promise.all(asked.map(withZeros))).flat();
  }

  /** What happened to one saga, oldest first, the newest 1,000 entries of it. Rejects when the context is not here. */
  async timeline(context: string, name: string, id: string): Promise<SagaTimelineEntry[]> {
    return this.of(context).overview.timeline(name, id);
  }

  /** One saga with its timeline; undefined when there is none. Rejects when the context is not here. */
  async find(context: string, name: string, id: string): Promise<SagaDetail | undefined> {
    return this.of(context).overview.find(name, id);
  }

  /** Its sagas of one correlation id and what happened to them. Rejects when the context is not here. */
  async causes(context: string, correlationId: string, limit: number): ReturnType<SagaOverview['causes']> {
    return this.of(context).overview.causes(correlationId, limit);
  }

  /** What a person can do to sagas of the context. Throws when the context is not here. */
  operations(context: string): SagaOperations {
    return this.of(context).operations;
  }

  private of(context: string): ContextSagas {
    const known = this.known.get(context);
    if (known === undefined) throw new Error(`this host has no sagas of ${context}`);
    return known;
  }
}

async function withZeros({ overview, declared }: ContextSagas): Promise<SagaCount[]> {
  const counted = await overview.counts();
  const names = new Set([...declared(), ...counted.map(({ name }) => name)]);
  return [...names].flatMap((name) =>
    sagaStatus.options.map(
      (status) => counted.find((found) => found.name === name && found.status === status) ?? { name, status, count: 0 },
    ),
  );
}
