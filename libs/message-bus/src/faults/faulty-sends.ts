import { NotDeliveredError, OutcomeUnknownError, OverloadedError, type Envelope } from '@isolith/contracts';
import { addressName, type Address } from '../transport.js';
import type { Injection } from './injection.js';
import { Overtaking } from './overtaking.js';

/** Events of one subject in one batch, or one event without a subject; what happens to the first happens to all. */
interface Group {
  readonly first: Envelope;
  readonly events: readonly Envelope[];
}

/**
 * Sends that meet faults on their way. A batch is taken apart into its subjects, which go their own ways; within a subject
 * one send waits for the one before, whatever holds that up, and fails when that failed, because it would overtake.
 *
 * Nothing is dropped in silence: each event was taken by the transport below, or its sender is told.
 */
export class FaultySends {
  private readonly overtaking = new Overtaking();
  /** The last send of each subject that has not ended. */
  private readonly tails = new Map<string, Promise<void>>();

  constructor(private readonly injection: Injection) {}

  async send(batch: readonly Envelope[], to: Address, signal: AbortSignal): Promise<void> {
    const leave = this.injection.room.enter(addressName(to), batch.length);
    try {
      const ends = await Promise.allSettled(groupsOf(batch).map((group) => this.sendInTurn(group, to, signal)));
      const failed = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
      if (failed.length > 0) throw wholeOf(failed, failed.length < ends.length);
    } finally {
      leave();
    }
  }

  /** Settles when the sender is to be told, or gives up; the turn itself may take longer. */
  private sendInTurn(group: Group, to: Address, signal: AbortSignal): Promise<void> {
    const told = Promise.withResolvers<void>();
    const { subject } = group.first;
    const started = this.injection.waits.begin(signal, () =>
      told.reject(new NotDeliveredError(`given up before ${group.first.type} was handed to ${addressName(to)}`)),
    );
    const run = async (): Promise<void> => {
      started();
      await this.deliver(group, to, signal, told.resolve, told.reject);
    };
    const turn = subject === undefined ? run() : this.inTurn(`${addressName(to)} ${subject}`, run);
    void turn.then(told.resolve, told.reject);
    return told.promise;
  }

  private async deliver(
    group: Group,
    to: Address,
    signal: AbortSignal,
    accepted: () => void,
    failed: (error: unknown) => void,
  ): Promise<void> {
    const { injection, overtaking } = this;
    const { first, events } = group;
    const address = addressName(to);
    const planned = injection.next(first, to);
    if (planned.delayMs > 0) injection.happened('delay', first, to, planned);
    const late = planned.delayMs > 0 && !(await injection.waits.pause(planned.delayMs, signal));
    const held =
      !late &&
      planned.reorder &&
      !(await this.held(group, to, signal, () => injection.happened('reorder', first, to, planned)));
    if (late || held || signal.aborted)
      throw new NotDeliveredError(`given up before ${first.type} was handed to ${address}`);
    if (planned.ending === 'undelivered') {
      injection.happened('undelivered', first, to, planned);
      throw injection.undelivered(first, to);
    }
    const sent = injection.inner.send(events, to, signal);
    overtaking.passed(address, first.subject);
    await sent;
    if (planned.ending === undefined) accepted();
    else {
      injection.happened(planned.ending, first, to, planned);
      failed(injection.unknown('lost the confirmation of', first, to));
    }
    if (planned.duplicate === undefined) return;
    injection.happened('duplicate', first, to, planned);
    // The original was dealt with; how its repetition ends changes nothing for anybody.
    await injection.inner
      .send(
        events.map((event) => ({ ...event })),
        to,
        injection.closing.signal,
      )
      .catch(() => undefined);
  }

  /** Resolves with false when it ended early. */
  private held({ first }: Group, to: Address, signal: AbortSignal, overtaken: () => void): Promise<boolean> {
    const { waits, longestDelayMs } = this.injection;
    const passing = new AbortController();
    const forget = this.overtaking.hold(addressName(to), first.subject, () => passing.abort());
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

function groupsOf(batch: readonly Envelope[]): readonly Group[] {
  const groups = new Map<string | symbol, { first: Envelope; events: Envelope[] }>();
  for (const event of batch) {
    const key = event.subject ?? Symbol('without a subject');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: event, events: [event] });
    else group.events.push(event);
  }
  return [...groups.values()];
}

/** What a sender hears of a batch of which some went wrong: that nothing was taken only if nothing was. */
function wholeOf(failed: readonly unknown[], someTaken: boolean): unknown {
  const isUntaken = (error: unknown): boolean => error instanceof NotDeliveredError || error instanceof OverloadedError;
  const telling = failed.find((error) => !isUntaken(error));
  if (telling !== undefined) return telling;
  return someTaken ? new OutcomeUnknownError('a part of the batch was taken', { cause: failed[0] }) : failed[0];
}
