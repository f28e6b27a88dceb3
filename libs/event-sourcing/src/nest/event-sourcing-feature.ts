import type { Type } from '@nestjs/common';
import type { AnyAggregate, InlineView, Projection } from '../index.js';

/** What a context's module states about what it keeps as events. */
export interface EventSourcingFeature {
  readonly context: string;
  /** Where its tables are, as its other modules state it (JournalFeature). */
  readonly schema?: string | undefined;
  readonly aggregates?: readonly AnyAggregate[];
  /** Providers of the context's module that show its aggregates, written with each change. */
  readonly views?: readonly Type<InlineView>[];
  /** What follows the context's journal by itself, and can be built anew while it answers. */
  readonly projections?: readonly Projection[];
}

/** Carries a feature through the metadata of modules, where tools find it without a container. */
export class EventSourcingRegistration {
  constructor(readonly feature: EventSourcingFeature) {}
}
