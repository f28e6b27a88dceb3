import { Injectable } from '@nestjs/common';
import type { SagaCount, SagaFilter, SagaOverview, SagaSummary, SagaTimelineEntry } from '../index.js';

/** What operators see of the sagas of this host's contexts. */
@Injectable()
export class SagaStatus {
  private readonly overviews = new Map<string, SagaOverview>();

  /** False when the context is registered already. */
  register(context: string, overview: SagaOverview): boolean {
    if (this.overviews.has(context)) return false;
    this.overviews.set(context, overview);
    return true;
  }

  /** The contexts of this host that have sagas. */
  contexts(): readonly string[] {
    return [...this.overviews.keys()];
  }

  /** The youngest first; `limit` is 1 to 100. Rejects when the context is not here. */
  async list(context: string, filter: SagaFilter, limit: number): Promise<SagaSummary[]> {
    return this.of(context).list(filter, limit);
  }

  /** By name and status, of every context of this host: what metrics show. */
  async counts(): Promise<SagaCount[]> {
    return (await Promise.all([...this.overviews.values()].map((overview) => overview.counts()))).flat();
  }

  /** What happened to one saga, oldest first. Rejects when the context is not here. */
  async timeline(context: string, name: string, id: string): Promise<SagaTimelineEntry[]> {
    return this.of(context).timeline(name, id);
  }

  private of(context: string): SagaOverview {
    const overview = this.overviews.get(context);
    if (overview === undefined) throw new Error(`this host has no sagas of ${context}`);
    return overview;
  }
}
