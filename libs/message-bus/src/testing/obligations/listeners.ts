import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { NotDeliveredError, OutcomeUnknownError, OverloadedError } from '@isolith/contracts';
import { answerTo } from '../envelopes.js';
import type { Obligation } from '../obligation.js';
import { turns, watch, type Trial } from '../trial.js';

/** Fills one listener to its bound, and over it by `TOO_MANY`. */
const TOO_MANY = 5;

async function fill(
  trial: Trial,
  inHand: () => number,
  start: () => Promise<unknown>,
  release: () => void,
): Promise<void> {
  const { maxInFlight } = trial.transport.capabilities;
  const started = Array.from({ length: maxInFlight + TOO_MANY }, () => watch(start()));
  // Of a durable medium a send that was taken has ended too: refused is what ended with an error.
  const refused = () => started.filter(({ settled }) => settled?.error !== undefined);
  await trial.until(
    `${maxInFlight} are in hand and ${TOO_MANY} are refused`,
    () => inHand() >= maxInFlight && refused().length >= TOO_MANY,
  );
  await turns(2);
  strictEqual(inHand(), maxInFlight, 'more in hand than the bound');
  ok(
    refused().length === TOO_MANY && refused().every(({ settled }) => settled?.error instanceof OverloadedError),
    'the surplus was not refused with OverloadedError',
  );
  release();
  await trial.until('what was taken ends', () => started.every(({ pending }) => !pending));
  strictEqual(
    started.filter(({ settled }) => settled?.error === undefined).length,
    maxInFlight,
    'something that was taken was not finished',
  );
}

const bounded: Obligation = {
  id: 'in-hand-is-bounded',
  promise:
    'Beyond capabilities.maxInFlight in the hands of one listener the sender gets OverloadedError at once; the room is free again when they end.',
  async run(trial) {
    const at = trial.subscription('watch');
    let [asked, gate] = [0, trial.gate()];
    await trial.serve(trial.requests, async () => {
      asked += 1;
      await gate.opened;
    });
    const { arrived } = await trial.collect(at, () => gate.opened);
    await fill(
      trial,
      () => asked,
      () => trial.request(null),
      () => gate.open(),
    );
    asked = 0;
    gate = trial.gate();
    await fill(
      trial,
      () => asked,
      () => trial.request(null),
      () => gate.open(),
    );
    gate = trial.gate();
    await fill(
      trial,
      () => arrived.length,
      () => trial.send([trial.event(undefined, null)], at),
      () => gate.open(),
    );
  },
};

const stopWaits: Obligation = {
  id: 'stop-takes-no-more-and-waits',
  promise:
    'stop() ends when what was started is settled and its callers have their answers; meanwhile and afterwards the listener gets nothing.',
  async run(trial) {
    const gate = trial.gate();
    const started: unknown[] = [];
    const listening = await trial.transport.listen(trial.requests, async (delivery) => {
      started.push(delivery.envelope.data);
      await gate.opened;
      await delivery.reply(answerTo(delivery.envelope, 'done'));
    });
    const running = watch(trial.request('running'));
    await trial.until('the listener runs', () => started.length === 1);
    const stopped = watch(listening.stop());
    await turns(5);
    ok(stopped.pending, 'stop() ended while a delivery was running');
    const caller = new AbortController();
    const late = watch(trial.request('late', { signal: caller.signal }));
    await turns(5);
    gate.open();
    await trial.until('stop() and the running request end', () => !stopped.pending && !running.pending);
    const after = watch(trial.request('after', { signal: caller.signal }));
    await turns(5);
    caller.abort();
    await trial.until('the others end', () => !late.pending && !after.pending);
    deepStrictEqual([started, stopped.settled?.error, running.settled?.value?.data], [['running'], undefined, 'done']);
  },
};

const handsBack: Obligation = {
  id: 'stop-hands-back',
  promise:
    'What waits for its turn when the listener stops is not started any more: the sender is told, or the next listener gets it, in order.',
  async run(trial) {
    const [gate, at] = [trial.gate(), trial.subscription('watch')];
    const first = await trial.collect(at, () => gate.opened);
    const batch = [0, 1, 2].map((nth) => trial.event('a', nth));
    const sent = watch(trial.send(batch, at));
    await trial.until('the first event runs', () => first.arrived.length === 1);
    const stopped = watch(first.listening.stop());
    await turns(2);
    gate.open();
    await trial.until('stop() ends', () => !stopped.pending);
    const second = await trial.collect(at);
    await trial.until('the send ends', () => !sent.pending);
    if (sent.settled?.error !== undefined) await trial.sendUntilTaken(batch, at);
    await trial.until('the next listener has the rest', () => second.arrived.includes(2));
    deepStrictEqual(first.arrived, [0], 'the stopped listener started more');
    deepStrictEqual(
      second.arrived.filter((nth) => nth !== 0),
      [1, 2],
    );
  },
};

const again: Obligation = {
  id: 'another-listener-after-stop',
  promise:
    'After stop() a new listener at the same address is served, and stopping the old one once more changes nothing for it.',
  async run(trial) {
    const old = await trial.serve(trial.requests, () => 'old');
    strictEqual((await trial.settled('a request', trial.request(null))).value?.data, 'old');
    await trial.settled('stop()', old.stop());
    await trial.serve(trial.requests, () => 'new');
    await trial.settled('a second stop()', old.stop());
    strictEqual((await trial.settled('a request', trial.request(null))).value?.data, 'new');
  },
};

const two: Obligation = {
  id: 'two-listeners-at-one-address',
  promise:
    'A second listener at an address shares its deliveries, each going to one of both, or is refused and leaves the first alone, as capabilities.sharesAddresses says.',
  async run(trial) {
    const ran: unknown[] = [];
    await trial.serve(trial.requests, (data) => ran.push(data));
    const { error } = await trial.settled(
      'a second listen()',
      trial.serve(trial.requests, (data) => ran.push(data)),
    );
    strictEqual(error === undefined, trial.transport.capabilities.sharesAddresses);
    const asked = [1, 2, 3, 4, 5];
    for (const nth of asked) ok((await trial.settled('a request', trial.request(nth))).value !== undefined);
    deepStrictEqual(ran, asked);
  },
};

const closes: Obligation = {
  id: 'close-ends-every-wait',
  promise:
    'close() ends at once every request, send and stop() that waits, whatever still runs; afterwards nothing is taken and nobody can listen.',
  async run(trial) {
    const [gate, at] = [trial.gate(), trial.subscription('watch')];
    let started = 0;
    const hang = (): Promise<void> => {
      started += 1;
      return gate.opened;
    };
    const listening = await trial.serve(trial.requests, hang);
    await trial.transport.listen(at, hang);
    const asked = watch(trial.request(null));
    const sent = watch(trial.send([trial.event('a', 1)], at));
    await trial.until('both run', () => started === 2);
    const stopped = watch(listening.stop());
    const closed = watch(trial.transport.close());
    await trial.until('all waits end', () => [asked, sent, stopped, closed].every(({ pending }) => !pending));
    ok(asked.settled?.error instanceof OutcomeUnknownError, `the request: ${String(asked.settled?.error)}`);
    const sendError = sent.settled?.error;
    ok(sendError === undefined || sendError instanceof OutcomeUnknownError, `the send: ${String(sendError)}`);
    const [late, laterSend] = [
      await trial.settled('a request', trial.request(null)),
      await trial.settled('a send', trial.send([trial.event('a', 2)], at)),
    ];
    ok(
      late.error instanceof NotDeliveredError && laterSend.error instanceof NotDeliveredError,
      'a closed transport took something',
    );
    ok(
      (await trial.settled('listen()', trial.transport.listen(trial.queries, hang))).error !== undefined,
      'a closed transport let somebody listen',
    );
  },
};

export const listenerObligations: readonly Obligation[] = [bounded, stopWaits, handsBack, again, two, closes];
