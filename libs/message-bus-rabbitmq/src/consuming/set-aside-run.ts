import { codec, MalformedEnvelopeError } from '@isolith/contracts';
import type { SetAside, TakeSetAside } from '@isolith/message-bus';
import type { ConsumeMessage } from 'amqplib';
import { exponential, pause, RETRY } from '../connection/backoff.js';
import { describe, oversized, stubOf } from '../connection/bounded-messages.js';
import type { Busy } from './busy.js';
import type { Origin } from './event-run.js';
import type { KeyedRun } from './keyed-runs.js';
import type { RabbitMqMetrics } from '../connection/metrics.js';
import type { ProblemSink } from '../connection/options.js';
import type { TimeSlices } from './time-slices.js';

export interface CollectingParts {
  /** The queue that it comes from. */
  readonly queue: string;
  readonly take: TakeSetAside;
  readonly busy: Busy;
  /** Of all that this transport receives. */
  readonly slices: TimeSlices;
  readonly metrics: RabbitMqMetrics;
  readonly onProblem: ProblemSink;
}

/**
 * One message that was set aside, on its way to its consumer.
 *
 *   waiting  --> offered:  its turn among those of its subject
 *   offered  --> settled:  the consumer keeps it
 *   offered  --> resting:  the consumer can't keep it now; its subject waits with it, others go on
 *   resting  --> offered:  after a backoff
 *   waiting, resting --> left: the collector leaves or its channel is gone; the broker brings it again
 */
export class SetAsideRun implements KeyedRun {
  readonly key: string | undefined;
  private readonly what: SetAside;

  constructor(
    private readonly message: ConsumeMessage,
    private readonly origin: Origin,
    private readonly parts: CollectingParts,
  ) {
    this.what = read(message);
    this.key = 'envelope' in this.what ? this.what.envelope.subject : undefined;
  }

  abandoned(): boolean {
    return this.origin.signal.aborted;
  }

  async perform(): Promise<void> {
    for (let attempt = 0; !this.abandoned(); attempt += 1) {
      let kept = false;
      await this.parts.busy.during(async () => {
        kept = await this.offer();
      });
      if (kept) return;
      await pause(exponential(attempt, RETRY), this.origin.signal);
    }
  }

  private async offer(): Promise<boolean> {
    const { queue, take, metrics, onProblem } = this.parts;
    try {
      await take(this.what);
      metrics.collected += 1;
      // Within `busy`: a collector that leaves waits for it, and acknowledges before it goes.
      this.origin.settling.done(this.message.fields.deliveryTag);
      return true;
    } catch (error) {
      onProblem(`a message of ${queue} could not be kept by its consumer; it stays there and is offered again`, error);
      return false;
    }
  }
}

/** What one host could not read another one may: then it is an envelope like any other, and can be handled again. */
function read({ content, properties }: ConsumeMessage): SetAside {
  const tooLarge = oversized({ properties });
  if (tooLarge !== undefined) return { raw: stubOf(tooLarge, content), reason: describe(tooLarge) };
  try {
    return { envelope: codec.decode(content), reason: whyGivenUp(properties.headers) };
  } catch (error) {
    if (!(error instanceof MalformedEnvelopeError)) throw error;
    return { raw: content, reason: error.message };
  }
}

/** The broker's word for it, if it has one. */
function whyGivenUp(headers: ConsumeMessage['properties']['headers']): string {
  const reason: unknown = headers?.['x-first-death-reason'];
  if (reason === 'delivery_limit')
    return 'delivered too often without an end: the hosts that took it died or lost their connection each time';
  if (typeof reason === 'string' && /^[a-z_]{1,20}$/.test(reason)) return `given up by the broker (${reason})`;
  return 'set aside by a host that could not read it';
}
