import type { Impairment, Waiting } from '@isolith/message-bus';

/**
 * Milliseconds that work may wait when whoever looked at it says nothing else: a stop of 15 s is named before it is
 * over.
 */
export const BOUND_MS = 10_000;
/**
 * Two looks further apart than this: the process stood still, and whatever waited meanwhile could not be moved by it.
 */
const STOOD_STILL_MS = 5_000;
/** A host that stands still again within this time is not forgiven again: it may do nothing but stand still. */
const FORGIVEN_ONCE_IN_MS = 60_000;

/** What is known of one thing that waits. */
interface Clock {
  readonly token: string | undefined;
  /** Since when the same one has waited, as far as it counts. */
  readonly since: number;
  /** Nothing before this time counts: until then something else was to blame. */
  readonly floor: number;
}

/**
 * What the parts of the host say of themselves. One that makes the host unready is a cause of all that names its kind.
 */
export type Known = Pick<Impairment, 'kind' | 'name' | 'effect'>;

/** What one judgement leaves to the next. All times are of one monotonic clock, in milliseconds. */
export interface Seen {
  readonly lookedAt: number;
  /** Nothing before this time counts: the host had not started, or stood still. */
  readonly floor: number;
  readonly forgivenAt: number;
  readonly clocks: ReadonlyMap<string, Clock>;
  /** Named by the judgement before, each with all its names: what others were consequences of. */
  readonly named: ReadonlyMap<string, readonly string[]>;
}

export interface Judgement {
  readonly seen: Seen;
  readonly findings: readonly Impairment[];
}

/** Where a watchdog begins: what waited before is not held against a host that has just started. */
export const nothingSeen = (now: number): Seen => ({
  lookedAt: now,
  floor: now,
  forgivenAt: -Infinity,
  clocks: new Map(),
  named: new Map(),
});

const idOf = ({ kind, name }: Pick<Waiting, 'kind' | 'name'>): string => `${kind} ${name}`;
const namesOf = (waiting: Waiting): readonly string[] => [idOf(waiting), ...(waiting.aliases ?? [])];
const boundOf = ({ boundMs = BOUND_MS }: Waiting): number => boundMs;

/**
 * What is stuck, from what waits now and what was seen before.
 *
 *   waiting --longer than its bound--> stuck
 *      |--another one has waited longest now: the lane moves--> waiting, anew
 *      |--the host stood still--> waiting, anew
 *      '--gone--> (nothing)
 *   stuck --something that it may be a consequence of waits, too--> that one is named instead, however short it waits
 *     '--that one was named, and is gone--> waiting, anew
 *
 * What a part of the host says of itself is a cause, too. So of a database that is away one line is told, and none of
 * all that waits for it; and what waited for it gets its full bound when it is back. A cause that comes and goes
 * excuses nothing as long as it is not named.
 */
export function judge(before: Seen, waiting: readonly Waiting[], now: number, known: readonly Known[] = []): Judgement {
  const forgiven = isForgiven(before, now);
  const floor = forgiven ? now : before.floor;
  const present = new Map(waiting.map((each) => [idOf(each), each] as const));
  const clocks = new Map(
    [...present].map(([id, each]) => [id, clockOf(each, before.clocks.get(id), before, floor, now)]),
  );
  const overdue = new Set(
    [...present].filter(([id, each]) => now - (clocks.get(id)?.since ?? now) >= boundOf(each)).map(([id]) => id),
  );
  // What was named before stays named, even when its cause turns up: its end is told when it has ended.
  const toName = [...overdue]
    .map((id) => (before.named.has(id) ? id : rootOf(id, present)))
    .filter((id) => before.named.has(id) || !isExplained(present.get(id), known));
  const named = new Map(
    [...present].filter(([id]) => toName.includes(id)).map(([id, each]) => [id, namesOf(each)] as const),
  );
  const excuses = [...named.values(), ...before.named.values()].flat();
  // Whatever else waits for what was named, then or now, has an excuse up to now.
  for (const [id, each] of present) {
    const clock = clocks.get(id);
    if (clock !== undefined && !named.has(id) && (isConsequence(each, excuses) || isExplained(each, known)))
      clocks.set(id, { ...clock, since: now, floor: now });
  }
  return {
    seen: { lookedAt: now, floor, forgivenAt: forgiven ? now : before.forgivenAt, clocks, named },
    findings: [...named.keys()].flatMap((id) => {
      const each = present.get(id);
      return each === undefined ? [] : [findingOf(each)];
    }),
  };
}

/** Whether the process stood still since the look before, and is not held to account for it. */
export const isForgiven = ({ lookedAt, forgivenAt }: Seen, now: number): boolean =>
  now - lookedAt > STOOD_STILL_MS && now - forgivenAt > FORGIVEN_ONCE_IN_MS;

function clockOf(
  { token, waitedMs }: Waiting,
  known: Clock | undefined,
  { lookedAt }: Seen,
  floor: number,
  now: number,
): Clock {
  const own = Math.max(known?.floor ?? floor, floor);
  const began = now - waitedMs;
  if (token === undefined) return { token, since: Math.max(began, own), floor: own };
  // At the look before another one was first, or none: this one has been it since then at most.
  const since = known?.token === token ? known.since : Math.max(began, lookedAt);
  return { token, since: Math.max(since, own), floor: own };
}

/** Whether one of these names is among its causes: itself, or as one of its kind. */
const isConsequence = ({ causes = [] }: Waiting, names: readonly string[]): boolean =>
  names.some((name) => causes.some((cause) => name === cause || name.startsWith(`${cause} `)));

/** Whether a part of the host has said already what this is a consequence of. */
const isExplained = (waiting: Waiting | undefined, known: readonly Known[]): boolean =>
  known.some(
    ({ kind, name, effect }) =>
      waiting?.causes?.includes(`${kind} ${name}`) || (effect === 'not-ready' && waiting?.causes?.includes(kind)),
  );

/** What is to be named for this one: what it waits for, and what that waits for. */
function rootOf(id: string, present: ReadonlyMap<string, Waiting>, passed: readonly string[] = []): string {
  const each = present.get(id);
  const [cause] = [...present].find(
    ([one, other]) => each !== undefined && one !== id && !passed.includes(one) && isConsequence(each, namesOf(other)),
  ) ?? [undefined];
  return cause === undefined ? id : rootOf(cause, present, [...passed, id]);
}

function findingOf(waiting: Waiting): Impairment {
  const { kind, name, reason, lookAt, detail, waitedMs, effect = 'degraded' } = waiting;
  return {
    kind,
    name,
    reason,
    lookAt,
    effect,
    seconds: waitedMs / 1_000,
    boundSeconds: boundOf(waiting) / 1_000,
    ...(detail === undefined ? {} : { detail }),
  };
}
