import { deepStrictEqual, ok } from 'node:assert/strict';
import { NotDeliveredError, OverloadedError } from '@isolith/contracts';
import type { Obligation } from '../obligation.js';
import { firsts, said, turns, watch } from '../trial.js';

const slow: Obligation = {
  id: 'a-slow-listener-has-a-bounded-number-in-hand',
  promise:
    'A listener that is slower than its sender has capabilities.maxInFlight in hand at most; the rest waits in the medium or is refused with OverloadedError, and none of it is lost.',
  async run(trial) {
    const [gate, at, { maxInFlight }] = [trial.gate(), trial.subscription('watch'), trial.transport.capabilities];
    const { arrived } = await trial.collect(at, () => gate.opened);
    const events = Array.from({ length: 2 * maxInFlight }, (_, nth) => trial.event(undefined, nth));
    const sends = events.map((event) => ({ event, sent: watch(trial.send([event], at)) }));
    await trial.until(
      'the listener is full and the other sends have ended',
      () => arrived.length >= maxInFlight && sends.filter(({ sent }) => sent.pending).length <= maxInFlight,
    );
    await turns(5);
    ok(arrived.length <= maxInFlight, `${arrived.length} in hand, the bound is ${maxInFlight}`);
    gate.open();
    await trial.until('all sends end', () => sends.every(({ sent }) => !sent.pending));
    for (const {
      event,
      sent: { settled },
    } of sends) {
      if (settled?.error === undefined) continue;
      ok(settled.error instanceof OverloadedError, `refused with ${said(settled.error)}`);
      await trial.sendUntilTaken([event], at);
    }
    await trial.until('everything is handled', () => firsts(arrived).length === events.length);
  },
};

/** More than any sender should keep for a medium that confirms nothing. */
const MANY = 20_000;

const pushedBack: Obligation = {
  id: 'a-sender-that-does-not-wait-is-pushed-back',
  promise:
    'While the medium confirms nothing, a sender keeps a bounded number of envelopes; beyond it send rejects with OverloadedError.',
  needs: ['silence'],
  async run(trial) {
    const at = trial.subscription('watch');
    await trial.sendUntilTaken([trial.event(undefined, 'first')], at);
    await trial.fault('silence')(true);
    const refused: unknown[] = [];
    for (let nth = 0; nth < MANY && refused.length === 0; nth += 1) {
      trial.send([trial.event(undefined, nth)], at).catch((error: unknown) => refused.push(error));
      if (nth % 100 === 0) await turns(1);
    }
    await turns(1);
    await trial.fault('silence')(false);
    ok(
      refused[0] instanceof OverloadedError,
      refused.length === 0 ? `${MANY} were kept` : `refused with ${said(refused[0])}`,
    );
  },
};

const MOST_TRIES = 200;

const full: Obligation = {
  id: 'a-full-address-pushes-back',
  promise:
    "When what keeps an address's envelopes is full, send rejects with OverloadedError; nothing that was taken is lost, and with room again all goes on in order.",
  needs: ['fillTo'],
  async run(trial) {
    const at = trial.subscription('watch');
    await trial.sendUntilTaken([trial.event('a', 0)], at);
    await trial.fault('fillTo')(at, 5);
    let nth = 0;
    let refusal: unknown;
    while (refusal === undefined && nth < MOST_TRIES) {
      nth += 1;
      refusal = (await trial.settled('a send', trial.send([trial.event('a', nth)], at))).error;
    }
    ok(
      refusal instanceof OverloadedError,
      refusal === undefined ? `${nth} were taken where 5 have room` : `refused with ${said(refusal)}`,
    );
    const { arrived } = await trial.collect(at);
    const count = nth + 3;
    for (; nth < count; nth += 1) await trial.sendUntilTaken([trial.event('a', nth)], at);
    await trial.until('everything that was taken arrives', () => arrived.includes(count - 1));
    deepStrictEqual(
      firsts(arrived),
      Array.from({ length: count }, (_, index) => index),
    );
  },
};

const unroutable: Obligation = {
  id: 'what-has-no-queue-is-not-swallowed',
  promise:
    "When what kept an address's envelopes is gone, a send to it rejects with NotDeliveredError or is kept anew; it never resolves for nothing.",
  needs: ['removeQueue'],
  async run(trial) {
    const at = trial.subscription('watch');
    await trial.sendUntilTaken([trial.event('a', 'gone with its queue')], at);
    await trial.fault('removeQueue')(at);
    const { error } = await trial.settled('a send', trial.send([trial.event('a', 'kept')], at));
    if (error !== undefined) {
      ok(error instanceof NotDeliveredError, `rejected with ${said(error)}`);
      await trial.sendUntilTaken([trial.event('a', 'kept')], at);
    }
    const { arrived } = await trial.collect(at);
    await trial.until('what was taken arrives', () => arrived.includes('kept'));
  },
};

const malformed: Obligation = {
  id: 'malformed-bytes-are-set-aside',
  promise:
    'Bytes that are no envelope hold up nobody behind them: on a subscription they are set aside as they are, on a request lane, whose caller has them still, they are not kept.',
  needs: ['deliverRaw', 'setAside'],
  async run(trial) {
    const at = trial.subscription('watch');
    const bytes = Buffer.from('{"specversion":"1.0", no envelope');
    const { arrived } = await trial.collect(at);
    await trial.serve(trial.requests, () => 'served');
    for (const address of [at, trial.requests]) await trial.fault('deliverRaw')(address, bytes);
    await trial.sendUntilTaken([trial.event('a', 'behind')], at);
    await trial.until('what comes behind arrives', () => arrived.includes('behind'));
    deepStrictEqual(await trial.askUntilAnswered(null), 'served');
    await trial.eventually('the bytes are set aside', async () =>
      (await trial.fault('setAside')(at)).some((kept) => bytes.equals(kept)),
    );
    deepStrictEqual(await trial.fault('setAside')(trial.requests), []);
  },
};

export const limitObligations: readonly Obligation[] = [slow, pushedBack, full, unroutable, malformed];
