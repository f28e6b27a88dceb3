import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { NotDeliveredError, OutcomeUnknownError } from '@isolith/contracts';
import { answerTo } from '../envelopes.js';
import type { Obligation } from '../obligation.js';
import { turns, watch } from '../trial.js';

const abortedBefore: Obligation = {
  id: 'aborted-before-is-not-delivered',
  promise:
    'With a signal that is aborted already, request and send reject with NotDeliveredError and no listener runs.',
  async run(trial) {
    const ran: unknown[] = [];
    const at = trial.subscription('watch');
    await trial.serve(trial.requests, (data) => ran.push(data));
    await trial.transport.listen(at, async ({ envelope }) => void ran.push(envelope.data));
    const signal = AbortSignal.abort();
    const asked = await trial.settled('an aborted request', trial.request('aborted request', { signal }));
    const sent = await trial.settled('an aborted send', trial.send([trial.event('a', 'aborted send')], at, signal));
    ok(asked.error instanceof NotDeliveredError, `the request: ${String(asked.error)}`);
    ok(sent.error instanceof NotDeliveredError, `the send: ${String(sent.error)}`);
    await trial.settled('a request', trial.request('request'));
    await trial.sendUntilTaken([trial.event('a', 'send')], at);
    await trial.until('the event arrives', () => ran.includes('send'));
    deepStrictEqual(ran, ['request', 'send']);
  },
};

const abortedMeanwhile: Obligation = {
  id: 'aborted-meanwhile-is-outcome-unknown',
  promise:
    'A signal that aborts while the listener runs ends the request at once with OutcomeUnknownError; what runs goes on to its end.',
  async run(trial) {
    const [gate, caller] = [trial.gate(), new AbortController()];
    const steps: string[] = [];
    await trial.transport.listen(trial.requests, async (delivery) => {
      steps.push('started');
      await gate.opened;
      steps.push('effect');
      await delivery.reply(answerTo(delivery.envelope, null));
    });
    const asked = watch(trial.request(null, { signal: caller.signal }));
    await trial.until('the listener runs', () => steps.length > 0);
    caller.abort();
    await trial.until('the aborted request ends while the listener runs', () => !asked.pending);
    ok(asked.settled?.error instanceof OutcomeUnknownError, `rejected with ${String(asked.settled?.error)}`);
    gate.open();
    await trial.until('the effect happens', () => steps.includes('effect'));
  },
};

const abortedSend: Obligation = {
  id: 'aborted-send-ends',
  promise:
    'A signal that aborts while a send waits ends the wait at once: it was accepted before, or it rejects with OutcomeUnknownError; what runs goes on to its end.',
  async run(trial) {
    const [gate, sender, at] = [trial.gate(), new AbortController(), trial.subscription('watch')];
    const steps: string[] = [];
    await trial.transport.listen(at, async () => {
      steps.push('started');
      await gate.opened;
      steps.push('effect');
    });
    const sent = watch(trial.send([trial.event('a', 1)], at, sender.signal));
    await trial.until('the listener runs', () => steps.length > 0);
    sender.abort();
    await trial.until('the aborted send ends while the listener runs', () => !sent.pending);
    const error = sent.settled?.error;
    ok(error === undefined || error instanceof OutcomeUnknownError, `rejected with ${String(error)}`);
    gate.open();
    await trial.until('the effect happens', () => steps.includes('effect'));
  },
};

const silent: Obligation = {
  id: 'no-answer-is-outcome-unknown',
  promise: 'A listener that ends without an answer leaves its caller with OutcomeUnknownError, never waiting.',
  async run(trial) {
    await trial.transport.listen(trial.requests, async () => undefined);
    const { error } = await trial.settled('a request that nobody answers', trial.request(null));
    ok(error instanceof OutcomeUnknownError, `rejected with ${String(error)}`);
  },
};

const brokenOff: Obligation = {
  id: 'broken-off-is-outcome-unknown',
  promise:
    'A listener that rejects or throws leaves its caller with OutcomeUnknownError, never waiting, and the next request is served.',
  async run(trial) {
    await trial.transport.listen(trial.requests, (delivery) => {
      if (delivery.envelope.data === 'throw') throw new Error('thrown');
      return delivery.envelope.data === 'reject'
        ? Promise.reject(new Error('rejected'))
        : delivery.reply(answerTo(delivery.envelope, 'served'));
    });
    for (const how of ['reject', 'throw']) {
      const { error } = await trial.settled(`a request whose listener does ${how}`, trial.request(how));
      ok(error instanceof OutcomeUnknownError, `${how}: rejected with ${String(error)}`);
    }
    strictEqual((await trial.settled('the next request', trial.request('serve'))).value?.data, 'served');
  },
};

const secondAnswer: Obligation = {
  id: 'second-answer-is-refused',
  promise: 'A second answer to one request is refused with an error; the first one stands.',
  async run(trial) {
    const second: unknown[] = [];
    await trial.transport.listen(trial.requests, async (delivery) => {
      await delivery.reply(answerTo(delivery.envelope, 'first'));
      second.push(
        await delivery.reply(answerTo(delivery.envelope, 'second')).then(
          () => 'taken',
          () => 'refused',
        ),
      );
    });
    const { value } = await trial.settled('a request', trial.request(null));
    await trial.until('the listener has answered twice', () => second.length > 0);
    deepStrictEqual([value?.data, second], ['first', ['refused']]);
  },
};

const eventAnswer: Obligation = {
  id: 'event-has-no-answer',
  promise: 'An answer to an event is refused with an error, and the event counts as dealt with all the same.',
  async run(trial) {
    const at = trial.subscription('watch');
    const answers: unknown[] = [];
    await trial.transport.listen(at, async (delivery) => {
      answers.push(
        await delivery.reply(answerTo(delivery.envelope, null)).then(
          () => 'taken',
          () => 'refused',
        ),
      );
    });
    const sent = await trial.settled('a send', trial.send([trial.event('a', 1)], at));
    await trial.until('the listener has answered', () => answers.length > 0);
    await turns(2);
    deepStrictEqual([sent.error, answers], [undefined, ['refused']]);
  },
};

export const faultObligations: readonly Obligation[] = [
  abortedBefore,
  abortedMeanwhile,
  abortedSend,
  silent,
  brokenOff,
  secondAnswer,
  eventAnswer,
];
