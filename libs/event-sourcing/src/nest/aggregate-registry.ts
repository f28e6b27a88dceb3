import { Injectable } from '@nestjs/common';
import type { AnyAggregate, StatesEvent } from '../index.js';

interface OfContext {
  readonly aggregates: readonly AnyAggregate[];
  readonly states: StatesEvent;
}

/** The aggregates of this host's contexts, for whoever looks at their streams. */
@Injectable()
export class AggregateRegistry {
  private readonly known = new Map<string, OfContext[]>();

  /** `states`: which events the context has among its contracts. */
  register(context: string, aggregates: readonly AnyAggregate[], states: StatesEvent): void {
    this.known.set(context, [...(this.known.get(context) ?? []), { aggregates, states }]);
  }

  /** The aggregate that a stream is of, by its name and its first event; undefined when none here is. */
  of(
    context: string,
    stream: string,
    first: string,
  ): { readonly aggregate: AnyAggregate; readonly states: StatesEvent } | undefined {
    return (
      (this.known.get(context) ?? [])
        .flatMap(({ aggregates, states }) => aggregates.map((aggregate) => ({ aggregate, states })))
        .filter(({ aggregate: { name, events } }) => {
          return stream.startsWith(`${name}-`) && events.some(({ contract }) => contract.name === first);
        })
        // `order-line-7` is the line 7 rather than the order `line-7`.
        .toSorted((one, other) => other.aggregate.name.length - one.aggregate.name.length)[0]
    );
  }
}
