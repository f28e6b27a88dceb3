import { describe, expect, it } from '@jest/globals';
import { event } from '@isolith/contracts';
import { z } from 'zod';
import type { Signal } from '../definition/planned-wait.js';
import type { Saga } from '../definition/saga.js';
import { LONGEST_WAIT_MS } from '../definition/wait.js';
import { step } from '../definition/step.js';
import { asking, inspection, pause, waitingSaga } from '../spec-support/waiting-sagas.js';
import type { WorkState } from '../spec-support/work-saga.js';
import { begunRow, newSaga } from './new-saga.js';
import { nextTransition } from './next-transition.js';
import type { SagaRow, Transition } from './progress.js';
import { DEFAULT_ATTEMPTS } from './transitions.js';

const principal = { service: 'orders', roles: [] };
const HOUR = 3_600_000;
const NOW = Date.UTC(2030, 0, 1);

/** A saga whose step it is, after those before it were done. */
function given(declared: Saga<WorkState>, at: string, more: Partial<SagaRow> = {}): SagaRow {
  const begun = newSaga(declared, '1', { saga: '1', tokens: [] }, { context: 'orders', principal, correlationId: 'c' });
  const before = declared.plan.steps.slice(
    0,
    declared.plan.steps.findIndex(({ name }) => name === at),
  );
  const done = before.filter(({ kind }) => kind !== 'wait').map(({ name }) => name);
  return { ...begunRow(begun, true), step: at, done, ...more };
}

const begun = (more: object = {}): SagaRow['wait'] => ({
  event: 'work.inspected',
  key: '1',
  reminders: 0,
  nextReminderMs: null,
  isReminding: false,
  ...more,
});

interface When {
  readonly transition: Transition;
  readonly sent: readonly object[];
  readonly errors: readonly unknown[];
}

async function when(declared: Saga<WorkState>, row: SagaRow, answer: () => unknown = () => undefined): Promise<When> {
  const sent: object[] = [];
  const errors: unknown[] = [];
  const parts = {
    context: 'orders',
    // What its contract declares, by these specs.
    execute: async <R>(command: object) => {
      sent.push(command);
      return answer() as R;
    },
    log: { warn: (entry: object) => void errors.push('err' in entry ? entry.err : entry) },
    rules: { ...DEFAULT_ATTEMPTS, random: () => 0.5, now: () => NOW },
  };
  return { transition: await nextTransition(parts, declared.plan, row, true), sent, errors };
}

const heardOf = (transition: Transition, signal: Partial<Signal> = {}): Transition | undefined =>
  transition.unlessHeard?.taking({ id: 'e1', schemaVersion: 1, data: { saga: '1', token: 'seal' }, ...signal });

describe('a step that waits for a time', () => {
  const declared = waitingSaga('orders.paused', ['a', pause(HOUR), 'b!']);

  it('begins to, sends nothing, and rests', async () => {
    const { transition, sent } = await when(declared, given(declared, 'pause'));
    expect(transition).toMatchObject({
      next: { step: 'pause', done: ['a'], wait: { event: null, key: null } },
      entry: 'pause waits',
      pauseMs: HOUR,
      waitEnd: { forMs: HOUR },
    });
    expect([sent, transition.unlessHeard]).toEqual([[], undefined]);
  });

  it.each([
    ['rests on when somebody has woken it', 5_000, { step: 'pause' }, undefined, 5_000],
    ['is over when its time is', 0, { step: 'b', done: ['a'], wait: null }, 'pause done', 0],
    ['is over when its time was long ago', -1e9, { step: 'b', done: ['a'], wait: null }, 'pause done', 0],
  ] as const)('%s', async (_what, wait_ms, next, entry, pauseMs) => {
    const row = given(declared, 'pause', { wait: begun({ event: null, key: null }), wait_ms, waited_ms: 9 });
    const { transition } = await when(declared, row);
    expect(transition).toMatchObject({ next, pauseMs });
    expect(transition.entry).toBe(entry);
  });

  it('takes the time from the state, and a moment as it is', async () => {
    const long = step.wait<WorkState>({ name: 'w', for: ({ tokens }) => (tokens.length + 1) * 1_000 });
    const until = new Date('2031-01-01T00:00:00Z');
    const later = step.wait<WorkState>({ name: 'w', until: () => until });
    const ends = [long, later].map(async (each) => {
      const of = waitingSaga('orders.long', [each]);
      const { waitEnd, pauseMs } = (await when(of, given(of, 'w'))).transition;
      return { waitEnd, pauseMs };
    });
    expect(await Promise.all(ends)).toEqual([
      { waitEnd: { forMs: 1_000 }, pauseMs: 1_000 },
      { waitEnd: { until }, pauseMs: LONGEST_WAIT_MS },
    ]);
  });

  it.each([
    ['NaN ms', { for: () => Number.NaN }, 'ten years'],
    ['more than ten years', { for: () => LONGEST_WAIT_MS + 1 }, 'ten years'],
    ['Infinity', { for: () => Infinity }, 'ten years'],
    ['-Infinity', { for: () => -Infinity }, 'ten years'],
    ['a Date that is none', { until: () => new Date(Number.NaN) }, 'until() of a wait has to yield a Date'],
    ['a moment beyond ten years', { until: () => new Date(NOW + LONGEST_WAIT_MS + 1) }, 'ten years'],
    ['the last moment of all', { until: () => new Date(8.64e15) }, 'ten years'],
  ])('that is no time (%s) is a defect of the saga, and the log has it', async (_what, time, said) => {
    const of = waitingSaga('orders.wrong', [step.wait<WorkState>({ name: 'w', ...time })]);
    const { transition, errors } = await when(of, given(of, 'w', { defects: 11, attempts: 11 }));
    expect(transition.next).toMatchObject({ status: 'needs-attention', trouble: { type: 'saga-error' } });
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining(said) })]);
  });

  it.each([
    ['0 or less', { for: () => -5 }, { forMs: 0 }],
    ['ages ago', { for: () => -Number.MAX_VALUE }, { forMs: 0 }],
    ['a moment long ago', { until: () => new Date(-8.64e15) }, { until: new Date(0) }],
  ])('of %s is over at once', async (_what, time, waitEnd) => {
    const of = waitingSaga('orders.none', [step.wait<WorkState>({ name: 'w', ...time })]);
    expect((await when(of, given(of, 'w'))).transition).toMatchObject({ waitEnd });
  });
});

describe('a deadline that passes during a wait', () => {
  it.each([
    [['a', pause(HOUR), 'b!'], { status: 'compensating', done: ['a'], cause: { type: 'deadline-exceeded' } }],
    [['a!', pause(HOUR), 'b+'], { status: 'running', step: 'pause', done: ['a'] }],
    [[pause(HOUR), 'b!'], { status: 'compensating', done: [], cause: { step: 'pause' } }],
  ])('turns back where there is a way: %j', async (steps, next) => {
    const of = waitingSaga('orders.late', steps, { deadlineMs: 1 });
    const { transition } = await when(
      of,
      given(of, 'pause', { remaining_ms: 0, wait: begun({ event: null }), wait_ms: 9 }),
    );
    expect(transition).toMatchObject({ next, deadlineOver: true });
  });
});

describe('a step that waits for an event', () => {
  const declared = waitingSaga('orders.inspected', ['a', inspection(), 'b!']);
  const row = given(declared, 'inspection');

  it('rests unless the event is there, in one save', async () => {
    const { transition } = await when(declared, row);
    expect(transition).toMatchObject({
      next: { step: 'inspection', wait: begun() },
      entry: 'inspection waits for work.inspected',
      pauseMs: HOUR,
      waitEnd: { forMs: HOUR },
      unlessHeard: { event: { contract: 'work.inspected', key: '1', heard: [] } },
    });
    expect(heardOf(transition)).toMatchObject({
      next: { step: 'b', done: ['a'], wait: null, heard: ['e1'], state: { saga: '1', tokens: ['seal'] } },
      entry: 'inspection done',
      pauseMs: 0,
    });
  });

  it('counts one that comes in the last moment, and turns back without', async () => {
    const { transition } = await when(declared, { ...row, wait: begun(), wait_ms: -1, waited_ms: HOUR });
    expect(transition.next).toMatchObject({
      status: 'compensating',
      done: ['a'],
      cause: { step: 'inspection', type: 'waited-in-vain', detail: 'work.inspected did not come in time' },
    });
    expect(heardOf(transition)?.next.step).toBe('b');
  });

  it('goes on without where that is declared', async () => {
    const of = waitingSaga('orders.goes-on', ['a!', inspection({ otherwise: 'go-on' }), 'b+']);
    const { transition } = await when(of, given(of, 'inspection', { wait: begun(), wait_ms: 0 }));
    expect(transition).toMatchObject({
      next: { status: 'running', step: 'b', done: ['a'], wait: null },
      entry: 'inspection waited in vain, goes on',
    });
  });

  it('begins anew when a newer definition waits for something else', async () => {
    const { transition } = await when(declared, { ...row, wait: begun({ event: 'work.other' }), wait_ms: 5 });
    expect(transition).toMatchObject({ next: { wait: { event: 'work.inspected' } }, waitEnd: { forMs: HOUR } });
  });

  it('takes one that was kept in a former version as the chain of its contract makes it', async () => {
    class InspectedNext extends event('work.inspected', {
      input: z.object({ saga: z.string(), token: z.string() }),
      key: 'saga',
      version: 2,
      upcasters: [{ from: 1, up: ({ seal, ...data }) => ({ ...data, token: seal }) }],
    }) {}
    const next = waitingSaga('orders.next', ['a', inspection({ event: InspectedNext })]);
    const { transition } = await when(next, given(next, 'inspection', { wait: begun(), wait_ms: 5 }));
    const kept = { schemaVersion: 1, data: { saga: '1', seal: 'wax' } };
    expect(heardOf(transition, kept)?.next).toMatchObject({ state: { tokens: ['wax'] }, heard: ['e1'] });
  });

  it('waits with an event of a newer version for a host that can read it, however long', async () => {
    const { transition } = await when(declared, { ...row, attempts: 9_000, wait: begun(), wait_ms: 5 });
    expect(heardOf(transition, { schemaVersion: 2 })?.next).toMatchObject({
      status: 'running',
      step: 'inspection',
      wait: begun(),
      heard: [],
      trouble: { type: 'newer-version' },
    });
  });

  it('has a defect with data that fits no more, and with code of its own that throws', async () => {
    const broken = waitingSaga('orders.broken', [
      inspection({
        extend: () => {
          throw new Error('broken');
        },
      }),
    ]);
    const { transition } = await when(declared, row);
    const other = await when(broken, given(broken, 'inspection', { defects: 11 }));
    expect(heardOf(transition, { data: { saga: 7 } })?.next).toMatchObject({
      defects: 1,
      step: 'inspection',
      heard: [],
    });
    expect(heardOf(other.transition)?.next).toMatchObject({ status: 'needs-attention', step: 'inspection' });
    expect(other.errors).toEqual([new Error('broken')]);
  });

  it('refuses a key that is none', async () => {
    const of = waitingSaga('orders.keyless', [inspection({ key: () => '' })]);
    const { transition, errors } = await when(of, given(of, 'inspection'));
    expect([transition.next.defects, transition.unlessHeard]).toEqual([1, undefined]);
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('needs a key') })]);
  });
});

describe('reminders', () => {
  const declared = waitingSaga('orders.reminded', ['a', inspection({ remind: asking(60_000, 2) }), 'b!']);
  const waits = (more: object, wait_ms: number, waited_ms: number): SagaRow =>
    given(declared, 'inspection', { wait: begun(more), wait_ms, waited_ms });

  it('are due an interval after the begin, and the next time that they are given', async () => {
    expect((await when(declared, given(declared, 'inspection'))).transition).toMatchObject({
      pauseMs: 60_000,
      waitEnd: { forMs: HOUR },
      next: { wait: { nextReminderMs: 60_000 } },
    });
    const early = await when(declared, waits({ nextReminderMs: 60_000 }, HOUR - 59_000, 59_000));
    expect(early.transition).toMatchObject({ pauseMs: 1_000, next: { wait: { isReminding: false } } });
    const due = await when(declared, waits({ nextReminderMs: 60_000 }, HOUR - 60_000, 60_000));
    expect(due.transition).toMatchObject({ pauseMs: 0, next: { wait: { isReminding: true, reminders: 0 } } });
    expect(due.sent).toEqual([]);
    // The event is looked for before anybody is reminded.
    expect(heardOf(due.transition)?.next.step).toBe('b');
  });

  it('are counted as they are given, and the last one leaves only the end of the wait', async () => {
    const first = await when(declared, waits({ nextReminderMs: 60_000, isReminding: true }, HOUR - 61_000, 61_000));
    expect(first.sent).toHaveLength(1);
    expect(first.transition).toMatchObject({
      entry: 'inspection reminded (1)',
      pauseMs: 60_000,
      next: { wait: { reminders: 1, nextReminderMs: 121_000, isReminding: false } },
    });
    const last = await when(
      declared,
      waits({ reminders: 1, nextReminderMs: 121_000, isReminding: true }, 9_000, 121_000),
    );
    expect(last.transition).toMatchObject({ pauseMs: 9_000, next: { wait: { reminders: 2, nextReminderMs: null } } });
  });

  it('are not given when the wait is over', async () => {
    const { sent, transition } = await when(declared, waits({ nextReminderMs: 60_000, isReminding: true }, 0, HOUR));
    expect([sent, transition.next.cause?.type]).toEqual([[], 'waited-in-vain']);
  });
});
