import type { PlannedStep, SagaPlan } from './saga.js';
import { LONGEST_WAIT_MS } from './wait.js';
import type { AwaitedEvent } from './planned-wait.js';
import { versionsOf } from './versions.js';
import { hasWayBack } from './way-back.js';

/**
 * How many steps of a saga may wait for one event: so many of each key are kept, so that what a step has taken never is
 * all there is.
 */
export const KEPT_OF_A_KEY = 16;

/** As long as a clock of any database can tell from now. */
export const isTime = (ms: number): boolean => Number.isSafeInteger(ms) && ms > 0 && ms <= LONGEST_WAIT_MS;
export const TIME = `a positive whole number of milliseconds up to ${LONGEST_WAIT_MS} (ten years)`;

/** Everything that is wrong with the waits of a saga, as sentences that name the step. */
export function waitProblems(steps: readonly PlannedStep[]): readonly string[] {
  const awaited = steps.flatMap(({ wait }) => wait?.event?.contract?.name ?? []);
  const tooMany = [...new Set(awaited)].filter(
    (name) => awaited.filter((each) => each === name).length > KEPT_OF_A_KEY,
  );
  return [
    ...steps.flatMap((step) => problemsOf(steps, step).map((problem) => `step ${step.name}: ${problem}`)),
    ...tooMany.map((name) => `more than ${KEPT_OF_A_KEY} steps wait for ${name}`),
  ];
}

/**
 * Events that these sagas name in more than one version, as sentences. An event is kept as the newest class has it; a
 * step with an older one would wait with it for a newer release that there is none of.
 */
export function eventVersionProblems(plans: readonly SagaPlan[]): readonly string[] {
  const awaited = plans.flatMap(versionsOf).flatMap((plan) =>
    plan.steps.flatMap(({ wait }) => {
      const contract = wait?.event?.contract;
      return contract === undefined ? [] : [{ saga: plan.name, name: contract.name, version: contract.version }];
    }),
  );
  return [...Map.groupBy(awaited, ({ name }) => name)].flatMap(([name, named]) => {
    const versions = [...Map.groupBy(named, ({ version }) => version)].toSorted(([a], [b]) => a - b);
    if (versions.length === 1) return [];
    const who = versions.map(
      ([version, those]) => `of version ${version} (${[...new Set(those.map(({ saga }) => saga))].join(', ')})`,
    );
    return [
      `sagas wait for ${name} ${who.join(' and ')}; an event that is newer than its class would never be taken: let all name the class of today, which reads the others`,
    ];
  });
}

function problemsOf(steps: readonly PlannedStep[], step: PlannedStep): readonly string[] {
  const { wait } = step;
  if (wait === undefined) return [];
  const { statedMs, event } = wait;
  const what = event === undefined ? 'for' : 'within';
  return [
    ...(statedMs === undefined || isTime(statedMs) ? [] : [`${what} must be ${TIME}`]),
    ...(event === undefined ? [] : eventProblems(event, statedMs ?? 0, hasWayBack(steps, step))),
  ];
}

function eventProblems(
  { contract, otherwise, remind }: AwaitedEvent,
  withinMs: number,
  wayBack: boolean,
): readonly string[] {
  return [
    ...(contract === undefined ? ['event must be the class of an event with a contract'] : []),
    ...(otherwise === 'turn-back' || otherwise === 'go-on' ? [] : ['otherwise must be "turn-back" or "go-on"']),
    ...(otherwise === 'turn-back' && !wayBack
      ? ['otherwise "turn-back" is not possible here, after the pivot or a retriable step; say "go-on"']
      : []),
    ...(remind === undefined || (isTime(remind.everyMs) && !(remind.everyMs >= withinMs))
      ? []
      : ['remind.everyMs must be a positive whole number of milliseconds below within']),
    ...(remind === undefined || (Number.isSafeInteger(remind.times) && remind.times > 0)
      ? []
      : ['remind.times must be a positive whole number']),
  ];
}
