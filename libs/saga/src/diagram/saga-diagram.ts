import { hasWayBack } from '../definition/way-back.js';
import type { PlannedStep, SagaPlan } from '../definition/saga.js';
import { flowchart, node, otherwise, subgraph, next, type Shape } from './mermaid.js';

const BEGUN = 'begun';
const COMPLETED = 'completed';
const TOLD = 'told';
const COMPENSATED = 'compensated';

/** Of a kind of step: its shape, and what is said below its name. */
const LOOKS: Readonly<Record<PlannedStep['kind'], { readonly shape: Shape; readonly note?: string }>> = {
  compensable: { shape: 'box' },
  pivot: { shape: 'decision', note: 'pivot' },
  retriable: { shape: 'box', note: 'until it succeeds' },
  wait: { shape: 'box' },
};

/** What comes after one another: a step, or the steps of a group. */
interface Stage {
  readonly id: string;
  readonly group: string | undefined;
  readonly steps: readonly PlannedStep[];
}

/** How many compensable steps are to be undone when something fails, and what. */
type WayBack = readonly [count: number, why: string];

/**
 * The way of a saga forward, and back: solid arrows are what comes next, dotted ones where it goes when something
 * fails. What keeps failing on the way back, or after the pivot, waits for a person, which is left out.
 */
export function sagaDiagram(plan: SagaPlan): string {
  const { steps, deadlineMs, failed } = plan;
  const undone = steps.filter(({ kind }) => kind === 'compensable');
  const turnsBack =
    undone.length > 0 ||
    steps.some(({ wait }) => wait?.event?.otherwise === 'turn-back') ||
    steps.some(({ kind }) => kind === 'pivot');
  const undoId = (step: PlannedStep): string => `undo${steps.indexOf(step) + 1}`;
  /** Where the saga goes when the first `count` compensable steps are to be undone. */
  const back = (count: number): string => {
    const last = undone[count - 1];
    return last === undefined ? (failed === undefined ? COMPENSATED : TOLD) : undoId(last);
  };
  const stages = stagesOf(plan);
  const forward = [BEGUN, ...stages.map(({ id }) => id), COMPLETED];
  return flowchart('TD', [
    node(BEGUN, 'end', BEGUN, ...(deadlineMs === undefined ? [] : [`within ${duration(deadlineMs)}`])),
    ...stages.flatMap((stage) => nodesOf(stage, steps)),
    node(COMPLETED, 'end', COMPLETED),
    ...forward.slice(1).map((to, index) => next(forward[index] ?? BEGUN, to)),
    ...stages.flatMap((stage) =>
      waysBack(stage, plan, undone).map(([count, why]) => otherwise(stage.id, back(count), why)),
    ),
    ...undone.map((step) => node(undoId(step), 'box', `undo ${step.name}`)),
    ...undone.toReversed().map((step) => next(undoId(step), back(undone.indexOf(step)))),
    ...(turnsBack && failed !== undefined ? [node(TOLD, 'box', 'tell why'), next(TOLD, COMPENSATED)] : []),
    ...(turnsBack ? [node(COMPENSATED, 'end', COMPENSATED)] : []),
  ]);
}

function stagesOf({ steps, groups }: SagaPlan): readonly Stage[] {
  const stages: Stage[] = [];
  for (const [index, step] of steps.entries()) {
    const { group } = step;
    if (group === undefined) stages.push({ id: `step${index + 1}`, group, steps: [step] });
    else if (group !== steps[index - 1]?.group)
      stages.push({
        id: `group${stages.length + 1}`,
        group,
        steps: groups.find(({ name }) => name === group)?.steps ?? [],
      });
  }
  return stages;
}

function nodesOf({ id, group, steps }: Stage, all: readonly PlannedStep[]): readonly string[] {
  const nodes = steps.map((step) => {
    const { shape, note } = LOOKS[step.kind];
    const notes = [
      ...(note === undefined ? [] : [note]),
      ...waitNotes(step),
      ...(step.when === undefined ? [] : ['or passed over']),
    ];
    return node(`step${all.indexOf(step) + 1}`, shape, step.name, ...notes);
  });
  return group === undefined ? nodes : subgraph(id, `${group}, side by side`, nodes);
}

function waysBack(
  { group, steps }: Stage,
  { steps: all, deadlineMs }: SagaPlan,
  undone: readonly PlannedStep[],
): readonly WayBack[] {
  const [first] = steps;
  switch (first?.kind) {
    case 'compensable': {
      const before = undone.indexOf(first);
      const after = before + steps.length;
      // Of a group whatever was done is undone, or may have been.
      if (group !== undefined) return [[after, 'one refused, unknown, or too late']];
      return [
        [before, 'refused'],
        [after, 'unknown, or too late'],
      ];
    }
    case 'pivot':
      return [[undone.length, 'refused']];
    case 'wait':
      return waitsBack(first, deadlineMs !== undefined && hasWayBack(all, first)).map((why) => [
        before(all, undone, first),
        why,
      ]);
    case 'retriable':
    case undefined:
      return [];
  }
}

const waitsBack = ({ wait }: PlannedStep, mayBeLate: boolean): readonly string[] => [
  ...(wait?.event?.otherwise === 'turn-back' ? ['waited in vain'] : []),
  ...(mayBeLate ? ['too late'] : []),
];

/** How many of what is to be undone come before the step. */
const before = (all: readonly PlannedStep[], undone: readonly PlannedStep[], step: PlannedStep): number =>
  undone.filter((each) => all.indexOf(each) < all.indexOf(step)).length;

/** What is waited for, and for how long where that is stated. */
function waitNotes({ wait }: PlannedStep): readonly string[] {
  if (wait === undefined) return [];
  const { statedMs, event } = wait;
  const time = statedMs === undefined ? 'a time' : duration(statedMs);
  if (event === undefined) return [`waits for ${time}`];
  const { contract, remind } = event;
  return [
    `waits for ${contract?.name ?? 'an event'} within ${time}`,
    ...(remind === undefined ? [] : [`reminds every ${duration(remind.everyMs)}, ${remind.times} times at most`]),
  ];
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** In the largest unit of which it is a whole number. */
function duration(ms: number): string {
  const found = UNITS.find(([, length]) => ms % length === 0);
  return found === undefined ? `${ms} ms` : `${ms / found[1]} ${found[0]}`;
}
