import {
  NotDeliveredError,
  OutcomeUnknownError,
  OverloadedError,
  type Envelope,
  type Outcome,
  type RequestContract,
  steadyNow,
} from '@isolith/contracts';
import { DueTimes, type Due, type Slot } from './due-times.js';
import { NobodyHereError } from '../transport/nobody-here.js';

/**
 * Runs a request of a context of this host to its outcome; never rejects for what its handler throws. `newId` is what
 * its sender knows of its id.
 */
export type Handle = (envelope: Envelope, context: string, newId: boolean) => Promise<Outcome>;

interface Lane {
  readonly name: string;
  /** Requests in hand, also those that nobody waits for any more. */
  running: number;
}

/**
 * Requests between contexts of one host, when no transport stands between them: function calls that keep what a
 * transport promises. A lane that is not open is `NobodyHereError`, a full one `OverloadedError`, and who waits until
 * the deadline gets `OutcomeUnknownError`; a handler that still runs then goes on, its effects count, nobody hears its
 * answer.
 */
export class LocalCalls {
  private readonly lanes = new Map<string, Readonly<Record<RequestContract['kind'], Lane>>>();
  private readonly due = new DueTimes();

  constructor(
    private readonly handle: Handle,
    private readonly maxInFlight = 4_096,
  ) {}

  open(context: string): void {
    this.lanes.set(context, {
      command: { name: `${context}.requests`, running: 0 },
      query: { name: `${context}.queries`, running: 0 },
    });
  }

  /** From here on nobody is at any lane; what runs goes on. */
  shut(): void {
    this.lanes.clear();
  }

  /** Ends the waits, not the handlers. */
  close(): void {
    this.shut();
    this.due.expireAll();
  }

  /**
   * One attempt. Throws at once when it is not taken. With `newId` it is the first that was ever made with this id, as
   * far as the sender knows.
   */
  ask(
    envelope: Envelope,
    { kind, context }: Pick<RequestContract, 'kind' | 'context'>,
    newId = false,
  ): Promise<Outcome> {
    const lane = this.lanes.get(context)?.[kind];
    if (lane === undefined)
      throw new NobodyHereError(`nobody listens to ${kind === 'command' ? 'commands' : 'queries'} of ${context}`);
    const { deadline = Number.MAX_SAFE_INTEGER } = envelope;
    if (deadline <= steadyNow()) throw new NotDeliveredError(`given up before it was handed to ${lane.name}`);
    if (lane.running >= this.maxInFlight)
      throw new OverloadedError(`${lane.name} has ${lane.running} messages in hand, its bound is ${this.maxInFlight}`);
    const call = new Call(lane, envelope.type, this.due, deadline);
    void this.handle(envelope, context, newId).then(
      (outcome) => call.end(outcome),
      (error: unknown) => call.breakOff(error),
    );
    return call.outcome;
  }
}

/**
 * Whichever comes first settles it: the outcome, the deadline, the end of the host. It has its place in the lane until
 * its handler ends.
 */
class Call implements Due {
  before: Due | undefined;
  after: Due | undefined;
  readonly outcome: Promise<Outcome>;
  private readonly slot: Slot;
  private resolve!: (outcome: Outcome) => void;
  private reject!: (error: Error) => void;

  constructor(
    private readonly lane: Lane,
    private readonly type: string,
    private readonly due: DueTimes,
    deadline: number,
  ) {
    lane.running += 1;
    this.outcome = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.slot = due.add(this, deadline);
  }

  end(outcome: Outcome): void {
    this.leave();
    this.resolve(outcome);
  }

  breakOff(cause: unknown): void {
    this.leave();
    this.reject(new OutcomeUnknownError(`${this.lane.name} broke off while it handled ${this.type}`, { cause }));
  }

  expire(): void {
    this.reject(new OutcomeUnknownError(`no answer from ${this.lane.name} to ${this.type} in time`));
  }

  private leave(): void {
    this.lane.running -= 1;
    this.due.remove(this, this.slot);
  }
}
