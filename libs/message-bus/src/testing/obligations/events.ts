import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { Envelope } from '@isolith/contracts';
import type { Obligation } from '../obligation.js';
import { turns, watch } from '../trial.js';

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

const taken: Obligation = {
  id: 'send-resolves-when-taken',
  promise:
    'send resolves when the medium has taken responsibility; where the medium keeps nothing, when the listener has dealt with the event.',
  async run(trial) {
    const [gate, at] = [trial.gate(), trial.subscription('watch')];
    const { arrived } = await trial.collect(at, () => gate.opened);
    const sent = watch(trial.send([trial.event('a', 1), trial.event(undefined, 2)], at));
    await trial.until('the listener runs', () => arrived.length === 2);
    await turns(5);
    if (!trial.transport.capabilities.durable) ok(sent.pending, 'send ended before its events were dealt with');
    gate.open();
    await trial.until('send ends', () => !sent.pending);
    strictEqual(sent.settled?.error, undefined);
  },
};

const survivesStop: Obligation = {
  id: 'what-was-sent-survives-a-stop',
  promise:
    'Nothing whose send resolved is lost when the listener stops right after; what was not taken, the sender is told of.',
  async run(trial) {
    const at = trial.subscription('watch');
    const handled = new Set<unknown>();
    const handle = async ({ envelope }: { envelope: Envelope }): Promise<void> => {
      await turns(Number(envelope.data) % 4);
      handled.add(envelope.data);
    };
    const first = await trial.transport.listen(at, handle);
    const sends = numbers(20).map((nth) => ({ nth, sent: watch(trial.send([trial.event(`s${nth % 5}`, nth)], at)) }));
    await trial.until('the first send resolves', () => sends.some(({ sent }) => !sent.pending));
    await trial.settled('stop', first.stop());
    await trial.transport.listen(at, handle);
    await trial.until('all sends end', () => sends.every(({ sent }) => !sent.pending));
    const refused = sends.filter(({ sent }) => sent.settled?.error !== undefined).map(({ nth }) => nth);
    await trial.until('all whose send resolved are handled', () =>
      numbers(20).every((nth) => refused.includes(nth) || handled.has(nth)),
    );
  },
};

const rejectedComesAgain: Obligation = {
  id: 'a-rejected-delivery-is-not-lost',
  promise: 'A delivery that its listener rejects comes again, or its send rejects so that the sender sends it again.',
  async run(trial) {
    const at = trial.subscription('watch');
    const attempts = new Map<unknown, number>();
    const handled = new Set<unknown>();
    await trial.transport.listen(at, async ({ envelope: { data } }) => {
      const nth = (attempts.get(data) ?? 0) + 1;
      attempts.set(data, nth);
      await turns(1);
      if (nth === 1) throw new Error('not this time');
      handled.add(data);
    });
    for (const nth of numbers(10))
      await trial.sendUntilTaken([trial.event(nth % 2 === 0 ? 'even' : undefined, nth)], at);
    await trial.until('every event is handled', () => handled.size === 10);
  },
};

interface Step {
  readonly subject: string | undefined;
  readonly nth: unknown;
  readonly what: 'start' | 'end';
}

/** Records starts and ends of a handler whose runs take differently long. */
function recorder(): { readonly steps: Step[]; readonly on: (delivery: { envelope: Envelope }) => Promise<void> } {
  const steps: Step[] = [];
  return {
    steps,
    on: async ({ envelope: { subject, data } }) => {
      steps.push({ subject, nth: data, what: 'start' });
      await turns((Number(data) * 3) % 4);
      steps.push({ subject, nth: data, what: 'end' });
    },
  };
}

function requireSequence(steps: readonly Step[], subject: string, count: number): void {
  const expected = numbers(count).flatMap((nth) => [`start ${nth}`, `end ${nth}`]);
  deepStrictEqual(
    steps.filter((step) => step.subject === subject).map(({ what, nth }) => `${what} ${String(nth)}`),
    expected,
    `subject ${subject} is out of order`,
  );
}

const SUBJECTS = ['a', 'b', 'c'];

const orderAcrossSends: Obligation = {
  id: 'order-across-sends',
  promise: 'Events of one subject keep the order in which send was called, whether or not the send before has ended.',
  async run(trial) {
    const at = trial.subscription('watch');
    const { steps, on } = recorder();
    await trial.transport.listen(at, on);
    const sends = numbers(12).flatMap((nth) => SUBJECTS.map((subject) => trial.send([trial.event(subject, nth)], at)));
    const { error } = await trial.settled('all sends', Promise.all(sends));
    strictEqual(error, undefined);
    await trial.until('all are handled', () => steps.length === 72);
    for (const subject of SUBJECTS) requireSequence(steps, subject, 12);
  },
};

const sideBySide: Obligation = {
  id: 'subjects-run-side-by-side',
  promise: 'While one subject waits for its handler, events of other subjects and of none go past it.',
  async run(trial) {
    const [gate, at] = [trial.gate(), trial.subscription('watch')];
    const handled: string[] = [];
    await trial.transport.listen(at, async ({ envelope: { subject, data } }) => {
      if (subject === 'slow') await gate.opened;
      handled.push(String(data));
    });
    const batch = [
      trial.event('slow', 'slow 1'),
      trial.event('slow', 'slow 2'),
      trial.event('fast', 'fast'),
      trial.event(undefined, 'free'),
    ];
    const sent = watch(trial.send(batch, at));
    await trial.until('the others are handled while one subject waits', () => handled.length === 2);
    deepStrictEqual(handled.toSorted(), ['fast', 'free']);
    gate.open();
    await trial.until('the rest is handled', () => handled.length === 4 && !sent.pending);
    deepStrictEqual(handled.slice(2), ['slow 1', 'slow 2']);
  },
};

const noOvertaking: Obligation = {
  id: 'nothing-overtakes-a-rejected-event',
  promise: 'When an event is rejected, no later one of its subject starts before it has been handled.',
  async run(trial) {
    const at = trial.subscription('watch');
    const starts: number[] = [];
    let rejections = 2;
    let next = 0;
    await trial.transport.listen(at, async ({ envelope: { data } }) => {
      const nth = Number(data);
      starts.push(nth);
      await turns(1);
      if (nth === 3 && rejections > 0) {
        rejections -= 1;
        throw new Error('not this time');
      }
      if (nth === next) next += 1;
      if (nth > next) throw new Error('too early');
    });
    const events = numbers(6).map((nth) => trial.event('a', nth));
    const sends = await Promise.all(events.map((event) => trial.settled('a send', trial.send([event], at))));
    for (const [index, event] of events.entries())
      if (sends[index]?.error !== undefined) await trial.sendUntilTaken([event], at);
    await trial.until('all are handled', () => next === 6);
    const early = starts.filter(
      (nth, index) => nth > 3 && starts.slice(0, index).filter((before) => before === 3).length < 3,
    );
    deepStrictEqual(early, [], `started before the rejected one was handled (${starts.join(' ')})`);
  },
};

export const eventObligations: readonly Obligation[] = [
  taken,
  survivesStop,
  rejectedComesAgain,
  orderAcrossSends,
  sideBySide,
  noOvertaking,
];
