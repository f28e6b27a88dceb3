import type { Page } from '@isolith/contracts';
import { Injectable } from '@nestjs/common';
import type {
  SagaCount,
  SagaDetail,
  SagaFilter,
  SagaOperations,
  SagaOverview,
  SagaSummary,
  SagaTimelineEntry,
} from '../index.js';

interface OfContext {
  readonly overview: SagaOverview;
  readonly operations: SagaOperations;
}

/** What operators see of the sagas of this host's contexts, and what they can do. */
@Injectable()
export class SagaStatus {
  private readonly known = new Map<string, OfContext>();

  /** False when the context is registered already. */
  register(context: string, overview: SagaOverview, operations: SagaOperations): boolean {
    if (this.known.has(context)) return false;
    this.known.set(context, { overview, operations });
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

  /** By name and status, of every context of this host, or of one: what metrics show. */
  async counts(context?: string): Promise<SagaCount[]> {
    const asked = context === undefined ? [...this.known.values()] : [this.of(context)];
    return (await Promise.all(asked.map(({ overview }) => overview.counts()))).flat();
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

  private of(context: string): OfContext {
    const known = this.known.get(context);
    if (known === undefined) throw new Error(`this host has no sagas of ${context}`);
    return known;
  }
}
