import { NotDeliveredError, type Envelope } from '@isolith/contracts';
import { addressName, type Address } from '../transport/transport.js';
import type { Injection } from './injection.js';
import { Overtaking } from './overtaking.js';

/**
 * Sends that meet faults on their way. Within a subject one send waits for the one before, whatever holds that up, and
 * fails when that failed, because it would overtake.
 *
 * Nothing is dropped in silence: each event was taken by the transport below, or its sender is told.
 */
export class FaultySends {
  private readonly overtaking = new Overtaking();
  /** The last send of each subject that has not ended. */
  private readonly tails = new Map<string, Promise<void>>();

  constructor(private readonly injection: Injection) {}

  async send(event: Envelope, to: Address, signal: AbortSignal): Promise<void> {
    const leave = this.injection.room.enter(addressName(to), 1);
    try {
      await this.sendInTurn(event, to, signal);
    } finally {
      leave();
    }
  }

  /** Settles when the sender is to be told, or gives up; the turn itself may take longer. */
  private sendInTurn(event: Envelope, to: Address, signal: AbortSignal): Promise<void> {
    const told = Promise.withResolvers<void>();
    const { subject } = event;
    const started = this.injection.waits.begin(signal, () =>
      told.reject(new NotDeliveredError(`given up before ${event.type} was handed to ${addressName(to)}`)),
    );
    const run = async (): Promise<void> => {
      started();
      await this.deliver(event, to, signal, told.resolve, told.reject);
    };
    const turn = subject === undefined ? run() : this.inTurn(`${addressName(to)} ${subject}`, run);
    void turn.then(told.resolve, told.reject);
    return told.promise;
  }

  private async deliver(
    event: Envelope,
    to: Address,
    signal: AbortSignal,
    accepted: () => void,
    failed: (error: unknown) => void,
  ): Promise<void> {
    const { injection, overtaking } = this;
    const address = addressName(to);
    const planned = injection.next(event, to);
    if (planned.delayMs > 0) injection.happened('delay', event, to, planned);
    const late = planned.delayMs > 0 && !(await injection.waits.pause(planned.delayMs, signal));
    const held =
      !late &&
      planned.reorder &&
      !(await this.held(event, to, signal, () => injection.happened('reorder', event, to, planned)));
    if (late || held || signal.aborted)
      throw new NotDeliveredError(`given up before ${event.type} was handed to ${address}`);
    if (planned.ending === 'undelivered') {
      injection.happened('undelivered', event, to, planned);
      throw injection.undelivered(event, to);
    }
    const sent = injection.inner.send(event, to, signal);
    overtaking.passed(address, event.subject);
    await sent;
    if (planned.ending === undefined) accepted();
    else {
      injection.happened(planned.ending, event, to, planned);
      failed(injection.unknown('lost the confirmation of', event, to));
    }
    if (planned.duplicate === undefined) return;
    injection.happened('duplicate', event, to, planned);
    // The original was dealt with; how its repetition ends changes nothing for anybody.
    await injection.inner.send({ ...event }, to, injection.closing.signal).catch(() => undefined);
  }

  /** Resolves with false when it ended early. */
  private held({ subject }: Envelope, to: Address, signal: AbortSignal, overtaken: () => void): Promise<boolean> {
    const { waits, longestDelayMs } = this.injection;
    const passing = new AbortController();
    const forget = this.overtaking.hold(addressName(to), subject, () => passing.abort());
    const either = AbortSignal.any([signal, passing.signal]);
    return waits.pause(longestDelayMs, either).then((waited) => {
      forget();
      if (passing.signal.aborted) overtaken();
      return (waited || passing.signal.aborted) && !signal.aborted;
    });
  }

  private inTurn(key: string, run: () => Promise<void>): Promise<void> {
    const before = this.tails.get(key);
    const overtakes = (): never => {
      throw new NotDeliveredError('the event of this subject before it was not taken; it would overtake');
    };
    const turn = before === undefined ? run() : before.then(run, overtakes);
    this.tails.set(key, turn);
    const forget = (): void => {
      if (this.tails.get(key) === turn) this.tails.delete(key);
    };
    turn.then(forget, forget);
    return turn;
  }
}
