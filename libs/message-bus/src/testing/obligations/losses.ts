import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { OutcomeUnknownError } from '@isolith/contracts';
import type { Obligation } from '../obligation.js';
import { firsts, watch } from '../trial.js';

const cutBeforeConfirm: Obligation = {
  id: 'cut-before-the-confirm-is-outcome-unknown',
  promise:
    'A send whose connection is lost before the medium confirmed it ends at once with OutcomeUnknownError; sent again, all arrives, in order.',
  needs: ['silence', 'cutConnections', 'another'],
  async run(trial) {
    const at = trial.subscription('watch');
    const { arrived } = await trial.collect(at, undefined, await trial.secondHost());
    await trial.sendUntilTaken([trial.event('a', 0)], at);
    await trial.fault('silence')(true);
    const sent = watch(trial.send([trial.event('a', 1)], at));
    await trial.until('the medium has it', () => arrived.includes(1));
    ok(sent.pending, 'send ended without a confirm');
    await trial.fault('cutConnections')();
    await trial.until('send ends', () => !sent.pending);
    ok(sent.settled?.error instanceof OutcomeUnknownError, `ended with ${String(sent.settled?.error)}`);
    await trial.fault('silence')(false);
    for (const nth of [1, 2]) await trial.sendUntilTaken([trial.event('a', nth)], at);
    await trial.until('all arrive', () => arrived.includes(2));
    deepStrictEqual(firsts(arrived), [0, 1, 2]);
  },
};

const replyLost: Obligation = {
  id: 'reply-lost-with-its-connection-is-outcome-unknown',
  promise:
    "A caller whose connection is lost while the listener's answer is on its way gets OutcomeUnknownError at once, and asking again is answered.",
  needs: ['silence', 'cutConnections', 'another'],
  async run(trial) {
    let ran = 0;
    await trial.serve(trial.requests, () => (ran += 1), await trial.secondHost());
    await trial.askUntilAnswered('first');
    const before = ran;
    await trial.fault('silence')(true);
    const asked = watch(trial.request('second'));
    await trial.until('the request runs', () => ran > before);
    ok(asked.pending, 'the request ended without an answer');
    await trial.fault('cutConnections')();
    await trial.until('the request ends', () => !asked.pending);
    ok(asked.settled?.error instanceof OutcomeUnknownError, `ended with ${String(asked.settled?.error)}`);
    await trial.fault('silence')(false);
    strictEqual(await trial.askUntilAnswered('again'), ran);
  },
};

/** Sends three events of which the first stays in hand, lets `fault` happen, and looks at what comes then. */
const surviving = (id: string, promise: string, need: 'restartMedium' | 'closeChannels'): Obligation => ({
  id,
  promise,
  needs: [need],
  async run(trial) {
    const [gate, at] = [trial.gate(), trial.subscription('watch')];
    const running = new Map<unknown, number>();
    let overlapped = false;
    const handled: unknown[] = [];
    const { arrived } = await trial.collect(at, async ({ envelope: { subject, data } }) => {
      const others = running.get(subject) ?? 0;
      overlapped ||= others > 0;
      running.set(subject, others + 1);
      if (subject === 'a') await gate.opened;
      handled.push(data);
      running.set(subject, (running.get(subject) ?? 0) - 1);
    });
    await trial.serve(trial.requests, () => 'served');
    await trial.askUntilAnswered(null);
    await trial.sendUntilTaken(
      ['a 0', 'a 1', 'a 2'].map((data) => trial.event('a', data)),
      at,
    );
    await trial.until('the first one runs', () => arrived.length === 1);
    await trial.fault(need)();
    await trial.sendUntilTaken([trial.event('b', 'b 0')], at);
    await trial.until('the listener is served again', () => handled.includes('b 0'));
    strictEqual(await trial.askUntilAnswered(null), 'served');
    gate.open();
    await trial.until('everything is handled', () => handled.includes('a 2'));
    // It could not be settled any more: without this nothing would show that the fault was there.
    await trial.until('what was in hand comes again', () => arrived.filter((data) => data === 'a 0').length > 1);
    ok(!overlapped, 'two events of one subject ran at once');
    deepStrictEqual(
      firsts(handled).filter((data) => data !== 'b 0'),
      ['a 0', 'a 1', 'a 2'],
    );
  },
});

const restart = surviving(
  'a-restart-loses-nothing',
  'What the medium had accepted when it stopped is handled after it has started again, in order; senders, listeners and callers go on by themselves.',
  'restartMedium',
);

const channelClosed = surviving(
  'a-closed-channel-is-opened-again',
  'When the medium closes the channels of a host, what was in hand comes again, in order and no subject twice at once; sends and requests go on by themselves.',
  'closeChannels',
);

const queueRemoved: Obligation = {
  id: 'a-queue-removed-under-its-listener-is-made-again',
  promise:
    "When what keeps an address's envelopes is deleted under its listener, the listener is served again without being started again.",
  needs: ['removeQueue'],
  async run(trial) {
    const at = trial.subscription('watch');
    const { arrived } = await trial.collect(at);
    await trial.serve(trial.requests, () => 'served');
    await trial.sendUntilTaken([trial.event('a', 'before')], at);
    await trial.until('the first event arrives', () => arrived.includes('before'));
    await trial.askUntilAnswered(null);
    for (const address of [at, trial.requests]) await trial.fault('removeQueue')(address);
    // Taken once is enough: what was deleted is gone, and what is sent after it may not go with it.
    await trial.sendUntilTaken([trial.event('a', 'after')], at);
    await trial.until('an event arrives', () => arrived.includes('after'));
    strictEqual(await trial.askUntilAnswered(null), 'served');
  },
};

export const lossObligations: readonly Obligation[] = [
  cutBeforeConfirm,
  replyLost,
  channelClosed,
  queueRemoved,
  restart,
];
