import { describe, expect, it } from '@jest/globals';
import { OutcomeUnknownError } from '@isolith/contracts';
import { asking, inspection, Inspected, pause, waitingSaga } from '../spec-support/waiting-sagas.js';
import { step } from '../definition/step.js';
import { DoWork, TellFailed } from '../spec-support/workshop.js';
import type { WorkState } from '../spec-support/work-saga.js';
import { sagaUnderTest } from './saga-under-test.js';

const HOUR = 3_600_000;
const state = { saga: '1', tokens: [] };
const seal = new Inspected({ saga: '1', token: 'seal' });
const of = (...steps: Parameters<typeof waitingSaga>[1]) =>
  sagaUnderTest(waitingSaga('orders.tested', steps, { deadlineMs: 10 * HOUR })).answering(DoWork, { token: 't' });
const entriesOf = ({ timeline }: { readonly timeline: readonly string[] }): string => timeline.join('; ');

describe('time passes by hand', () => {
  it('and a wait is over when it has', async () => {
    const rests = await of('a', pause(HOUR), 'b!').run(state);
    expect(rests).toMatchObject({ status: 'running', waitsFor: { step: 'pause', event: null, key: null } });
    expect((await rests.timePasses(HOUR - 1)).status).toBe('running');
    expect(await rests.timePasses(1)).toMatchObject({ status: 'completed', waitsFor: null });
  });

  it('up to a moment', async () => {
    const morning = step.wait<WorkState>({ name: 'morning', until: () => new Date('2031-01-01T06:00:00Z') });
    const rests = await of(morning, 'b!').run(state, { now: new Date('2031-01-01T04:00:00Z') });
    expect((await rests.timePasses(2 * HOUR - 1)).waitsFor?.step).toBe('morning');
    expect((await rests.timePasses(1)).status).toBe('completed');
    const past = await of(morning, 'b!').run(state, { now: new Date('2032-01-01T00:00:00Z') });
    expect((await past.timePasses(0)).status).toBe('completed');
    const far = await of(morning, 'b!').run(state, { now: new Date('2000-01-01T00:00:00Z') });
    expect(far).toMatchObject({ status: 'needs-attention', trouble: { type: 'saga-error' } });
  });

  it('also for the deadline', async () => {
    const rests = await of('a', pause(20 * HOUR), 'b!').run(state);
    expect(await rests.timePasses(10 * HOUR)).toMatchObject({
      status: 'compensated',
      cause: { type: 'deadline-exceeded' },
    });
  });
});

describe('events arrive by hand', () => {
  it('before the saga, or while it waits, and each is taken once', async () => {
    const twice = of('a', inspection(), inspection({ name: 'again' }), 'b!');
    const early = await twice.run(state, { arrived: [seal] });
    expect(early.waitsFor).toEqual({ step: 'again', event: 'work.inspected', key: '1' });
    expect((await early.arrives(new Inspected({ saga: '2', token: 'no' }))).waitsFor?.step).toBe('again');
    expect(await early.arrives(seal)).toMatchObject({
      status: 'completed',
      state: { tokens: ['t', 'seal', 'seal', 't'] },
    });
  });

  it('not at all: it reminds, and turns back', async () => {
    const lost = new OutcomeUnknownError('');
    const asks = of('a', inspection({ remind: asking(HOUR / 4, 2) }), 'b!').answering(TellFailed, lost, undefined);
    const rests = await asks.run(state);
    const reminded = await rests.timePasses(HOUR / 4);
    expect(reminded.sent.slice(1)).toHaveLength(2);
    expect(reminded.sent[1]).toEqual(reminded.sent[2]);
    expect(entriesOf(await rests.timePasses(2 * HOUR))).toBe(
      'begun; a done; inspection waits for work.inspected; inspection reminded (1); inspection reminded (2); inspection failed: waited-in-vain; a compensated; failure told',
    );
  });

  it('that could not have been recorded are a mistake of the test', async () => {
    const rests = await of(inspection()).run(state);
    await expect(rests.arrives(new DoWork({ saga: '1', step: 'a' }))).rejects.toThrow('DoWork is not an event');
    // @ts-expect-error no text
    await expect(rests.arrives(new Inspected({ saga: '1', token: 7 }))).rejects.toThrow('work.inspected');
  });
});
