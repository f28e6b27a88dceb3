import { MessageSeries, type SeriesLabels } from './message-series.js';

/**
 * The series of all kinds of messages. Found by the message's name, and then among the few senders and lanes that it
 * has: a name made up of all labels would be a new text for each message.
 */
export class SeriesByRoute {
  readonly #byMessage = new Map<string, MessageSeries[]>();

  constructor(private readonly make: (labels: SeriesLabels) => MessageSeries) {}

  find({ from, to, message, lane }: SeriesLabels): MessageSeries | undefined {
    for (const one of this.#byMessage.get(message) ?? []) if (one.isOf(from, to, lane)) return one;
    return undefined;
  }

  add(labels: SeriesLabels): MessageSeries {
    const one = this.make(labels);
    const others = this.#byMessage.get(labels.message);
    if (others === undefined) this.#byMessage.set(labels.message, [one]);
    else others.push(one);
    return one;
  }

  all(): readonly MessageSeries[] {
    return [...this.#byMessage.values()].flat();
  }
}
