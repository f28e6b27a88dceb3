import { describe, expect, it } from '@jest/globals';
import { answered, asked, called, decided, due, given, judged, said, unanswered } from '../spec-support/given-run.js';
import { APPROVAL_MS } from './next-move.js';

const ended = { kind: 'ended', why: 'answered' } as const;
const indexes = (move: object): unknown =>
  'calls' in move && Array.isArray(move.calls) ? move.calls.map(({ index }: { index: number }) => index) : undefined;

describe('a run', () => {
  it('rests until something is said', () => {
    expect(due(given())).toEqual({ do: 'rest' });
    expect(due(given(said('hello')))).toEqual({ do: 'ask', turn: 1, attempt: 1, upTo: 1 });
  });

  it('rests when it has answered, and goes on with what is said then', () => {
    const run = given(said('hello'), asked(1, 1), answered(1));
    expect(due(run)).toEqual({ do: 'end', why: 'answered' });
    const rests = [said('hello'), asked(1, 1), answered(1), ended] as const;
    expect(due(given(...rests))).toEqual({ do: 'rest' });
    expect(due(given(...rests, said('more')))).toEqual({ do: 'ask', turn: 2, attempt: 1, upTo: 5 });
  });

  it('does not rest while something was said that the answer did not know of', () => {
    const run = given(said('hello'), asked(1, 1), said('wait'), answered(1));
    expect(due(run)).toEqual({ do: 'ask', turn: 2, attempt: 1, upTo: 3 });
  });

  it('gives up an attempt whose answer is not there, and asks again', () => {
    const run = given(said('hello'), asked(1, 1));
    expect(due(run)).toMatchObject({ do: 'give-up', attempt: { turn: 1, attempt: 1 } });
    expect(due(given(said('hello'), asked(1, 1), unanswered(1)))).toEqual({ do: 'ask', turn: 1, attempt: 2, upTo: 1 });
  });

  it('asks four times at most, and once where it was refused for good', () => {
    const tried = [1, 2, 3, 4].flatMap((attempt) => [asked(1, 1, attempt), unanswered(1, attempt)]);
    expect(due(given(said('hello'), ...tried))).toMatchObject({ do: 'end', why: 'model' });
    expect(due(given(said('hello'), asked(1, 1), unanswered(1, 1, true)))).toMatchObject({ do: 'end', why: 'model' });
  });

  it('begins anew with its attempts when it is spoken to after it gave up', () => {
    const gaveUp = [asked(1, 1), unanswered(1, 1, true), { kind: 'ended', why: 'model' } as const];
    expect(due(given(said('hello'), ...gaveUp, said('again')))).toEqual({ do: 'ask', turn: 2, attempt: 1, upTo: 5 });
  });

  it.each([
    ['length', 'length'],
    ['refused', 'refused'],
  ] as const)('ends with an answer that stopped for %s', (stop, why) => {
    expect(due(given(said('hello'), asked(1, 1), answered(1, [], stop)))).toMatchObject({ do: 'end', why });
  });

  it('asks a model on that has paused', () => {
    expect(due(given(said('hello'), asked(1, 1), answered(1, [], 'paused')))).toMatchObject({ do: 'ask', turn: 2 });
  });
});

describe('the calls of an answer', () => {
  const both = [said('hello'), asked(1, 1), answered(1, ['one', 'two'])] as const;

  it('are judged, then made, and then the model is told', () => {
    expect(due(given(...both))).toMatchObject({ do: 'judge' });
    const run = [...both, judged(1, 0, 'run'), judged(1, 1, 'run')];
    expect(indexes(due(given(...run)))).toEqual([0, 1]);
    expect(indexes(due(given(...run, called(1, 0))))).toEqual([1]);
    expect(due(given(...run, called(1, 0), called(1, 1)))).toEqual({ do: 'ask', turn: 2, attempt: 1, upTo: 0 });
  });

  it('are made while another one waits for a person', () => {
    const run = [...both, judged(1, 0, 'approve'), judged(1, 1, 'run')];
    expect(due(given(...run))).toMatchObject({ do: 'call', calls: [{ index: 1 }] });
    expect(due(given(...run, called(1, 1)))).toMatchObject({ do: 'wait' });
    expect(due(given(...run, called(1, 1), decided(1, 0, true)))).toMatchObject({ do: 'call', calls: [{ index: 0 }] });
    expect(due(given(...run, called(1, 1), decided(1, 0, false)))).toMatchObject({
      do: 'refuse',
      calls: [{ index: 0 }],
    });
  });

  it('do not go on with what is said while one waits', () => {
    const run = given(...both, judged(1, 0, 'approve'), judged(1, 1, 'run'), called(1, 1), said('well?'));
    expect(due(run)).toMatchObject({ do: 'wait' });
  });

  it('lapse when nobody has decided for a day', () => {
    const run = given(...both, judged(1, 0, 'approve'), judged(1, 1, 'refuse'), called(1, 1));
    const judgedAtMs = 3_000;
    expect(due(run, {}, judgedAtMs + APPROVAL_MS - 1)).toMatchObject({ do: 'wait' });
    expect(due(run, {}, judgedAtMs + APPROVAL_MS)).toMatchObject({ do: 'lapse', calls: [{ index: 0 }] });
  });

  it('keep the first decision', () => {
    const run = given(...both, judged(1, 0, 'approve'), judged(1, 1, 'refuse'), called(1, 1), decided(1, 0, false));
    expect(due(run)).toMatchObject({ do: 'refuse' });
    const again = [
      judged(1, 0, 'approve'),
      judged(1, 1, 'refuse'),
      called(1, 1),
      decided(1, 0, false),
      decided(1, 0, true),
    ];
    expect(due(given(...both, ...again))).toMatchObject({ do: 'refuse' });
  });
});

describe('the bounds of a run', () => {
  const turn = (n: number) => [asked(n, 0), answered(n, ['one']), judged(n, 0, 'run'), called(n, 0)] as const;

  it('are turns since its user last spoke', () => {
    const two = [said('hello'), ...turn(1), ...turn(2)] as const;
    expect(due(given(...two), { turns: 2 })).toEqual({ do: 'end', why: 'turns' });
    expect(due(given(...two), { turns: 3 })).toMatchObject({ do: 'ask' });
    expect(due(given(...two, said('go on')), { turns: 2 })).toMatchObject({ do: 'ask', turn: 3 });
  });

  it('are time since then, without the time that people took', () => {
    expect(due(given(said('hello')), { answersWithinMs: 5_000 }, 4_999)).toMatchObject({ do: 'ask' });
    expect(due(given(said('hello')), { answersWithinMs: 5_000 }, 5_000)).toEqual({ do: 'end', why: 'time' });
    // A second of it a person took: it was judged in the fourth and decided in the fifth.
    const asks = [said('hello'), asked(1, 1), answered(1, ['one']), judged(1, 0, 'approve')] as const;
    const run = given(...asks, decided(1, 0, true), called(1, 0));
    expect(due(run, { answersWithinMs: 8_000 }, 8_999)).toMatchObject({ do: 'ask' });
    expect(due(run, { answersWithinMs: 8_000 }, 9_000)).toEqual({ do: 'end', why: 'time' });
  });

  it('never leave a call without its result: what is due is called, and then the run ends', () => {
    const run = [said('hello'), asked(1, 1), answered(1, ['one']), judged(1, 0, 'run')] as const;
    expect(due(given(...run), { answersWithinMs: 1 })).toMatchObject({ do: 'call' });
    expect(due(given(...run, called(1, 0)), { answersWithinMs: 1 })).toEqual({ do: 'end', why: 'time' });
  });
});
