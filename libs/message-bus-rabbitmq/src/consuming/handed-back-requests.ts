import type { ConsumeMessage } from 'amqplib';

/** The oldest are forgotten first. */
const MOST_REMEMBERED = 1_000;

/**
 * Which requests a consumer has handed back. One that comes here again was taken by none of the others: then its caller
 * is told, who asks again. So nothing goes round and round, whatever the others do.
 */
export class HandedBackRequests {
  private readonly seen = new Set<string>();

  /** Whether this attempt to ask was handed back here before; afterwards it was. */
  again(envelopeId: string, { properties: { replyTo, correlationId } }: ConsumeMessage): boolean {
    // The same command asked for once more is an attempt of its own.
    const id = `${envelopeId} ${String(replyTo)} ${String(correlationId)}`;
    if (this.seen.has(id)) return true;
    this.seen.add(id);
    const [oldest] = this.seen;
    if (this.seen.size > MOST_REMEMBERED && oldest !== undefined) this.seen.delete(oldest);
    return false;
  }
}
