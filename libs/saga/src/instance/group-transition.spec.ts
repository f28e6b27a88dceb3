import { describe, expect, it } from '@jest/globals';
import { groupTransition } from './group-transition.js';
import { nextAction } from './next-action.js';
import type { StepOutcome } from './outcome.js';
import type { Progress, Transition } from './progress.js';
import { decided, DEFAULT_ATTEMPTS, skipped, transition } from './transitions.js';
import { workSaga } from '../spec-support/work-saga.js';

const { plan } = workSaga('orders.grouped', ['z', ['a', 'b', 'c'], 'p!', ['x+', 'y+']]);
const rules = { ...DEFAULT_ATTEMPTS, compensationAttempts: 3, outageAttempts: 5, random: () => 0.5, now: () => 0 };
const state = { saga: '1', tokens: ['z'] };
const atGroup: Progress = {
  status: 'running',
  state,
  step: 'a-b-c',
  done: ['z'],
  cause: null,
  attempts: 0,
  defects: 0,
  refusals: 0,
  trouble: null,
  wait: null,
  heard: [],
};
const behindThePivot: Progress = { ...atGroup, step: 'x-y', done: ['z', 'a', 'b', 'c', 'p'] };

const done: StepOutcome = { kind: 'done', state };
const refused: StepOutcome = { kind: 'refused', type: 'refused', detail: 'no', failure: 'work.refused' };
const risky: StepOutcome = { kind: 'refused', type: 'risky', detail: 'perhaps', failure: 'work.risky' };
const open = { kind: 'open', detail: 'later' } as const;
const passing: StepOutcome = { ...open, type: 'passing', passing: true, declared: true };
const outage: StepOutcome = { ...open, type: 'outcome-unknown', passing: true, declared: false };
const defect: StepOutcome = { ...open, type: 'handler-error', passing: false, declared: false };

type Answers = Readonly<Record<string, StepOutcome>>;

/** One round of the group that is due, answered as said; the state has a token of each that is done. */
function round(progress: Progress, answers: Answers): Transition {
  const action = nextAction(plan, progress);
  if (action.do !== 'group') throw new Error(`${action.do} is due`);
  const given = action.steps.map((step) => ({ step, outcome: answers[step.name] ?? done }));
  const tokens = [
    ...state.tokens,
    ...given.filter(({ outcome }) => outcome.kind === 'done').map(({ step: { name } }) => name),
  ];
  return groupTransition(plan, progress, action, { state: { ...state, tokens }, answers: given }, rules);
}

describe('a round of a group', () => {
  it('asks for every step of it that is not done', () => {
    const asked = (progress: Progress) => {
      const action = nextAction(plan, progress);
      return action.do === 'group' ? action.steps.map(({ name }) => name) : action.do;
    };
    expect(asked(atGroup)).toEqual(['a', 'b', 'c']);
    expect(asked({ ...atGroup, done: ['z', 'b'] })).toEqual(['a', 'c']);
    // As a definition left it in which b stood alone.
    expect(asked({ ...atGroup, step: 'b', done: ['z', 'a'] })).toEqual(['b', 'c']);
  });

  it('given all are done, then what follows the group is due, with what all have added', () => {
    expect(round({ ...atGroup, attempts: 2, trouble: { type: 't', detail: 'd' } }, {})).toEqual({
      next: { ...atGroup, state: { ...state, tokens: ['z', 'a', 'b', 'c'] }, step: 'p', done: ['z', 'a', 'b', 'c'] },
      entry: 'a done, b done, c done',
      pauseMs: 0,
    });
    expect(round(behindThePivot, {}).next).toMatchObject({ status: 'completed', step: null });
  });

  it('given one is open, then what was done is kept and only the others are asked again', () => {
    const { next, entry, pauseMs } = round(atGroup, { b: outage });
    expect(next).toMatchObject({ status: 'running', step: 'a-b-c', done: ['z', 'a', 'c'], attempts: 1, defects: 0 });
    expect(next).toMatchObject({ state: { tokens: ['z', 'a', 'c'] }, trouble: { detail: 'b: later' } });
    expect({ entry, paused: pauseMs > 0 }).toEqual({ entry: 'a done, c done', paused: true });
    const again = round(next, { b: outage });
    expect(again).toMatchObject({ next: { done: ['z', 'a', 'c'], attempts: 2 } });
    expect(again.entry).toBeUndefined();
    expect(round(next, {}).next).toMatchObject({ step: 'p', done: ['z', 'a', 'c', 'b'], attempts: 0, trouble: null });
  });

  it('given one was refused, then it turns back from what was done and from what nobody knows', () => {
    expect(round(atGroup, { a: outage, b: refused })).toEqual({
      next: {
        ...atGroup,
        state: { ...state, tokens: ['z', 'c'] },
        status: 'compensating',
        step: null,
        done: ['z', 'a', 'c'],
        cause: { step: 'b', type: 'refused', detail: 'no' },
      },
      entry: 'a unknown: outcome-unknown, b failed: refused, c done',
      pauseMs: 0,
    });
    expect(round(atGroup, { a: risky, b: refused }).next).toMatchObject({
      done: ['z', 'a', 'c'],
      cause: { step: 'a' },
    });
  });

  it('given one says that it may pass, then it turns back with the last attempt only', () => {
    const first = round(atGroup, { c: passing });
    expect(first.next).toMatchObject({ status: 'running', attempts: 1, defects: 0 });
    const second = round(first.next, { c: passing });
    expect(round(second.next, { c: passing }).next).toMatchObject({
      status: 'compensating',
      done: ['z', 'a', 'b', 'c'],
      cause: { step: 'c', type: 'passing' },
    });
  });

  it('given a defect or a long outage, then a person has to look, and what was done is kept', () => {
    const mended = round({ ...atGroup, attempts: 2, defects: 2 }, { a: outage, b: defect });
    expect(mended).toMatchObject({ entry: 'c done, needs attention: handler-error', pauseMs: 0 });
    expect(mended.next).toMatchObject({ status: 'needs-attention', step: 'a-b-c', done: ['z', 'c'], defects: 3 });
    expect(mended.next.trouble).toEqual({ type: 'handler-error', detail: 'group a-b-c keeps failing: b: later' });
    const absent = round({ ...atGroup, attempts: 4 }, { a: outage });
    expect(absent.next).toMatchObject({ status: 'needs-attention', done: ['z', 'b', 'c'] });
    expect(round({ ...behindThePivot, attempts: 400 }, { x: outage }).next).toMatchObject({ status: 'running' });
  });

  it('behind the pivot, given one was refused while another is open, then both keep their ids until all that are left are refused', () => {
    const half = round(behindThePivot, { x: refused, y: outage }).next;
    expect(half).toMatchObject({ status: 'running', step: 'x-y', refusals: 0, defects: 0, attempts: 1 });
    const known = round(half, { x: refused }).next;
    expect(known).toMatchObject({ done: ['z', 'a', 'b', 'c', 'p', 'y'], refusals: 1, defects: 1 });
    expect(round(known, {}).next).toMatchObject({ status: 'completed', refusals: 0 });
  });

  it('given its deadline has passed, then all of it that may have been sent is undone too', () => {
    const late = { ...atGroup, done: ['z', 'b'] };
    const action = nextAction(plan, late, 0);
    if (action.do !== 'turn-back') throw new Error(action.do);
    expect(decided(plan, late, action)).toMatchObject({
      next: { status: 'compensating', done: ['z', 'b', 'a', 'c'], cause: { step: 'a-b-c', type: 'deadline-exceeded' } },
      deadlineOver: true,
    });
    expect(nextAction(plan, behindThePivot, 0)).toEqual({ do: 'go-on-late' });
  });

  it('given an operator skips it, then what is not done counts as done', () => {
    const half = { ...atGroup, done: ['z', 'b'] };
    const action = nextAction(plan, half);
    if (action.do !== 'group') throw new Error(action.do);
    expect(skipped(plan, half, action)).toEqual({
      next: { ...half, step: 'p', done: ['z', 'b', 'a', 'c'] },
      entry: 'skipped a, c of a-b-c',
      pauseMs: 0,
    });
  });
});

/** The names of what is compensated, in order, until there is nothing left. */
function compensated(from: Progress): readonly string[] {
  const undone: string[] = [];
  for (let progress = from; progress.status === 'compensating';) {
    const action = nextAction(plan, progress);
    if (action.do === 'compensate') undone.push(action.step.name);
    else if (action.do !== 'tell-failed') throw new Error(`${action.do} is due`);
    progress = transition(plan, progress, action, { kind: 'done', state: progress.state }, rules).next;
  }
  return undone;
}

describe('whatever subset of a group fails', () => {
  const last = { ...atGroup, attempts: 2 };
  const ways = { done, refused, risky, passing, outage, defect };
  const names = Object.keys(ways) as (keyof typeof ways)[];
  const subsets = names.flatMap((a) => names.flatMap((b) => names.map((c) => ({ a, b, c }))));

  it.each(subsets)('a $a, b $b, c $c: exactly what was done or may have been is undone, the last first', (subset) => {
    const { next } = round(last, { a: ways[subset.a], b: ways[subset.b], c: ways[subset.c] });
    const given = [subset.a, subset.b, subset.c];
    const turnsBack = given.some((way) => way === 'refused' || way === 'risky' || way === 'passing');
    if (!turnsBack) {
      expect(next.status).toBe('running');
      expect(next.done).toEqual(['z', ...['a', 'b', 'c'].filter((_, index) => given[index] === 'done')]);
      return;
    }
    const mayExist = ['a', 'b', 'c'].filter((_, index) => given[index] !== 'refused');
    expect(compensated(next)).toEqual([...mayExist.toReversed(), 'z']);
  });
});
