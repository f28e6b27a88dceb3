import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { TwoHosts } from '../bus/two-hosts.js';
import type { Obligation } from '../obligation.js';
import { turns, watch } from '../trial.js';

const POISONED = 3;

const poison: Obligation = {
  id: 'bus-poison-event-holds-up-its-key-only',
  promise:
    "An event whose handler throws comes again until it is handled; later events of its key wait for it, those of other keys don't.",
  async run(trial) {
    const handled: string[] = [];
    let attempts = 0;
    const hosts = new TwoHosts(trial, {
      react: async ({ key, nth }) => {
        await turns(1);
        if (key === 'bad' && nth === 0) {
          attempts += 1;
          // The last attempt comes after the other key is through, whoever sends again meanwhile.
          if (attempts <= POISONED || !handled.includes('good 2')) throw new Error('poison');
        }
        handled.push(`${key} ${nth}`);
      },
    });
    await hosts.serve();
    const keys = ['bad', 'good'].map((key) => [0, 1, 2].map((nth) => hosts.event(key, nth)));
    const { error } = await trial.settled(
      'all sends',
      Promise.all(keys.map((events) => trial.sendUntilTaken(events, hosts.at))),
    );
    strictEqual(error, undefined);
    await trial.until('all are handled', () => handled.length >= 6);
    ok(attempts > POISONED, 'the poison was not tried again');
    deepStrictEqual(handled, ['good 0', 'good 1', 'good 2', 'bad 0', 'bad 1', 'bad 2']);
  },
};

const KEYS = ['a', 'b', 'c'];
const EACH = 6;

const order: Obligation = {
  id: 'bus-order-per-key-outlives-rejections',
  promise: 'Handlers that throw now and then see the events of each key in their order, each handled once.',
  async run(trial) {
    const rejected = new Set<string>();
    const handled: string[] = [];
    const hosts = new TwoHosts(trial, {
      react: async ({ key, nth }) => {
        await turns(nth % 3);
        const name = `${key} ${nth}`;
        if (nth % 2 === 0 && !rejected.has(name)) {
          rejected.add(name);
          throw new Error('not this time');
        }
        handled.push(name);
      },
    });
    await hosts.serve();
    const numbers = Array.from({ length: EACH }, (_, nth) => nth);
    const sends = KEYS.map((key) =>
      trial.sendUntilTaken(
        numbers.map((nth) => hosts.event(key, nth)),
        hosts.at,
      ),
    );
    strictEqual((await trial.settled('all sends', Promise.all(sends))).error, undefined);
    await trial.until('all are handled', () => handled.length >= KEYS.length * EACH);
    for (const key of KEYS)
      deepStrictEqual(
        handled.filter((name) => name.startsWith(key)),
        numbers.map((nth) => `${key} ${nth}`),
      );
  },
};

const drain: Obligation = {
  id: 'bus-drain-finishes-what-runs',
  promise:
    'A host that drains finishes and answers what runs, starts nothing more, and leaves what waits to the next host, in order.',
  async run(trial) {
    const [commandMay, eventMay] = [trial.gate(), trial.gate()];
    const steps: string[] = [];
    const hosts = new TwoHosts(trial, {
      handle: async (text) => {
        steps.push(`starts ${text}`);
        await commandMay.opened;
        return text;
      },
      react: async ({ nth }) => {
        steps.push(`starts ${nth}`);
        await eventMay.opened;
        steps.push(`ends ${nth}`);
      },
    });
    const first = await hosts.serve();
    const asked = watch(hosts.do('command'));
    const events = [0, 1, 2].map((nth) => hosts.event('a', nth));
    const sent = watch(trial.send(events, hosts.at));
    await trial.until('the command and the first event run', () => steps.length === 2);
    const drained = watch(first.drain(new AbortController().signal));
    await turns(5);
    ok(drained.pending && asked.pending, 'drained while a command ran');
    commandMay.open();
    await trial.until('the caller has its answer', () => !asked.pending);
    await turns(5);
    ok(drained.pending, 'drained while an event ran');
    eventMay.open();
    await trial.until('the host is drained', () => !drained.pending);
    strictEqual(asked.settled?.value, 'command');
    deepStrictEqual(steps.toSorted(), ['ends 0', 'starts 0', 'starts command']);
    await hosts.serve();
    await trial.until('the send ends', () => !sent.pending);
    if (sent.settled?.error !== undefined) await trial.sendUntilTaken(events, hosts.at);
    await trial.until('the next host handles the rest', () => steps.includes('ends 2'));
    deepStrictEqual(
      steps.filter((step) => !step.includes('command')),
      [0, 1, 2].flatMap((nth) => [`starts ${nth}`, `ends ${nth}`]),
    );
  },
};

export const busEventObligations: readonly Obligation[] = [poison, order, drain];
