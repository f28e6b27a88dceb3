import { IsolithError, type Envelope, steadyNow } from '@isolith/contracts';
import { Chain, type Linked } from './chain.js';
import { WITHIN_MS } from './event-retry.js';
import { HandedBackError } from '../transport/handed-back.js';
import type { Waiting } from '../transport/watched.js';

/** What a handler may take beyond the deadline of its caller: the answer has to be written. */
const MARGIN_MS = 2_000;
/** A rejected event that did not come again for this long has gone to another host. */
const GONE_MS = 30_000;
/** Rejected events that are remembered for one lane. */
const MOST_REJECTED = 1_000;

/** Why an event that is in hand does not run now. */
export interface Rest {
  /** `retry`: as its subscription's policy says, so nothing is wrong; `outage`: until something is over. */
  readonly why: 'retry' | 'outage';
  readonly attempts: number;
  readonly thrown: unknown;
  readonly ms: number;
}

/** Told by an inbox where an event is that it deals with; undefined: it runs again. */
export type NoteRest = (rest: Rest | undefined) => void;

/** Told when a handler of an event has got somewhere: a part of its work is done, and stays done if it is run again. */
export type NoteStep = () => void;

interface Rejected {
  readonly since: number;
  readonly furthest: number;
  readonly attempts: number;
  readonly thrown: unknown;
  readonly at: number;
}

/** The messages of one address. */
class Lane {
  readonly taken = new Chain<Taken>();
  readonly rejected = new Map<string, Rejected>();
  /** Messages that were taken since the start. */
  begun = 0;

  constructor(
    readonly kind: 'lane' | 'subscription',
    readonly name: string,
    readonly context: string,
  ) {}
}

/** One message that a handler of this host has. */
export class Taken implements Linked<Taken> {
  before: Taken | undefined;
  after: Taken | undefined;
  rest: Rest | undefined;
  /** How far the handler's run has come, in steps, and the furthest of all its runs. */
  private steps = 0;
  furthest: number;

  constructor(
    private readonly lane: Lane,
    readonly envelope: Envelope,
    public since: number,
    /** How long it may be in hand; undefined: as long as its caller waits, and a little to say so. */
    private readonly ownBoundMs?: number,
    /** How it was when it was rejected, of an event that comes again. */
    readonly rejected?: Rejected,
  ) {
    this.furthest = rejected?.furthest ?? 0;
    lane.taken.add(this);
    lane.begun += 1;
  }

  get boundMs(): number {
    if (this.ownBoundMs !== undefined) return this.ownBoundMs;
    const { deadline = this.since } = this.envelope;
    return Math.max(WITHIN_MS, deadline - this.since + MARGIN_MS);
  }

  /** `now` counts as its beginning when it has come further than ever; what is only done again is no progress. */
  step(now: number): void {
    this.steps += 1;
    if (this.steps <= this.furthest) return;
    this.furthest = this.steps;
    this.since = now;
    this.rest = undefined;
  }

  /** Its run has ended, or the next one begins. */
  rests(rest: Rest | undefined): void {
    this.steps = 0;
    this.rest = rest;
  }

  done(): void {
    this.lane.taken.remove(this);
  }
}

/**
 * What the handlers of this host have in hand, by lane and subscription, and since when:
 *
 *   in hand --done--> (none)
 *     |--rests as its policy says--> in hand, as if taken at the end of the rest
 *     |--rests because of an outage--> in hand, as before
 *     |--has come further than ever--> in hand, as if taken now
 *     '--rejected--> rejected --comes again--> in hand, since it was taken first
 *                        '--did not come again for 30 s--> (none)
 */
export class InHand {
  private readonly lanes = new Map<string, Lane>();
  /** Two of each context, found without making up their names. */
  private readonly requests = new Map<string, Readonly<Record<'requests' | 'queries', Lane>>>();

  /** @param now tells moments of `steadyNow()` */
  constructor(private readonly now: () => number = steadyNow) {}

  /**
   * A request of a context is taken; it may take as long as its caller waits. Its `done` is to be called when it has
   * ended.
   */
  request(envelope: Envelope, context: string): Taken {
    const lanes = this.requests.get(context) ?? this.openRequests(context);
    return new Taken(lanes[envelope.kind === 'query' ? 'queries' : 'requests'], envelope, this.now());
  }

  /**
   * Deals with an event of a subscription; `boundMs` is how long a run of its handler may take, or each step of it
   * where it tells of steps.
   */
  async event(
    envelope: Envelope,
    { context, subscription }: { readonly context: string; readonly subscription: string },
    boundMs: number,
    work: (note: NoteRest, step: NoteStep) => Promise<void>,
  ): Promise<void> {
    const lane = this.laneOf(context, subscription, 'subscription');
    const before = lane.rejected.get(envelope.id);
    lane.rejected.delete(envelope.id);
    const taken = new Taken(lane, envelope, before?.since ?? this.now(), boundMs, before);
    try {
      await work(
        (rest) => this.note(taken, rest),
        () => taken.step(this.now()),
      );
    } catch (thrown) {
      // What goes to another host is told of by whoever hands it back.
      if (!(thrown instanceof HandedBackError) && lane.rejected.size < MOST_REJECTED)
        lane.rejected.set(envelope.id, {
          since: taken.since,
          furthest: taken.furthest,
          attempts: (before?.attempts ?? 0) + 1,
          thrown,
          at: this.now(),
        });
      throw thrown;
    } finally {
      taken.done();
    }
  }

  /** How many messages are in hand, by lane and subscription; those that have none are left out. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      [...this.lanes.values()]
        .map(({ name, taken }) => [name, [...taken].length] as const)
        .filter(([, count]) => count > 0),
    );
  }

  /** How many messages were taken since the start, by lane and subscription. */
  begun(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.lanes.values()].map(({ name, begun }) => [name, begun]));
  }

  /** Of each lane what is furthest beyond its bound, or nearest to it. */
  waiting(): readonly Waiting[] {
    return [...this.lanes.values()].flatMap((lane) => this.worst(lane) ?? []);
  }

  private note(taken: Taken, rest: Rest | undefined): void {
    taken.rests(rest);
    if (rest?.why === 'retry') taken.since = this.now() + rest.ms;
  }

  private worst({ kind, name, context, taken, rejected }: Lane): Waiting | undefined {
    const now = this.now();
    let worst: { readonly waitedMs: number; readonly boundMs: number; readonly why: () => string } | undefined;
    const consider = (waitedMs: number, boundMs: number, why: () => string): void => {
      if (worst === undefined || waitedMs - boundMs > worst.waitedMs - worst.boundMs)
        worst = { waitedMs, boundMs, why };
    };
    for (const one of taken) {
      // One that rests as it should begins to wait when its rest is over.
      if (one.since <= now) consider(now - one.since, one.boundMs, () => whyOf(one, now));
    }
    for (const [id, one] of rejected) {
      if (now - one.at > GONE_MS) rejected.delete(id);
      else
        consider(
          now - one.since,
          WITHIN_MS,
          () => `an event was rejected, attempt ${one.attempts}: ${codeOf(one.thrown)}`,
        );
    }
    if (worst === undefined) return undefined;
    const { waitedMs, boundMs, why } = worst;
    return {
      kind,
      name,
      waitedMs,
      boundMs,
      reason: why(),
      lookAt: 'docs/operations/watchdog.md#lane',
      causes: [`database ${context}`, 'calls', 'broker connection'],
    };
  }

  private openRequests(context: string): Readonly<Record<'requests' | 'queries', Lane>> {
    const lanes = {
      requests: this.laneOf(context, 'requests', 'lane'),
      queries: this.laneOf(context, 'queries', 'lane'),
    };
    this.requests.set(context, lanes);
    return lanes;
  }

  private laneOf(context: string, address: string, kind: Lane['kind']): Lane {
    const name = `${context}.${address}`;
    const known = this.lanes.get(name);
    if (known !== undefined) return known;
    const lane = new Lane(kind, name, context);
    this.lanes.set(name, lane);
    return lane;
  }
}

function whyOf({ envelope, rest, rejected, since }: Taken, now: number): string {
  if (rest?.why === 'outage')
    return `${envelope.type} waits for an outage to end, attempt ${rest.attempts}: ${codeOf(rest.thrown)}`;
  const seconds = Math.round((now - since) / 1_000);
  const again = rejected === undefined ? '' : `, rejected ${rejected.attempts} times: ${codeOf(rejected.thrown)}`;
  return `${envelope.type} has been in hand for ${seconds} s${again}`;
}

/** What may be said of an error to anybody. */
const codeOf = (thrown: unknown): string =>
  thrown instanceof IsolithError ? thrown.code : thrown instanceof Error ? thrown.name : 'something that is no error';
