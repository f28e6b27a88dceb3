import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { NotDeliveredError, OutcomeUnknownError } from '@isolith/contracts';
import { between } from '../bus/between.js';
import { TwoHosts } from '../bus/two-hosts.js';
import type { Obligation } from '../obligation.js';
import { turns, watch, type Trial } from '../trial.js';

/** Short, and long enough for a request to cross. */
const SHORT_MS = 300;

/** For a busy machine; a wait that forgets its deadline takes longer. */
const GRACE_MS = 2_000;

/** How a request with a deadline close by ends; it does so in time. */
async function shortly(trial: Trial, request: (timeoutMs: number) => Promise<unknown>): Promise<unknown> {
  const began = Date.now();
  const { error } = await trial.settled('a request with a deadline close by', request(SHORT_MS));
  const took = Date.now() - began;
  ok(took <= SHORT_MS + GRACE_MS, `it ended ${took - SHORT_MS} ms after its deadline`);
  return error;
}

/** At its deadline an attempt may be under way whose end nobody knows yet. */
const isUndelivered = (error: unknown): boolean =>
  error instanceof NotDeliveredError || error instanceof OutcomeUnknownError;

const nobody: Obligation = {
  id: 'bus-nobody-there-ends-in-time',
  promise:
    'A command and a query to a context that no host runs end by their deadline, with NotDeliveredError, or with OutcomeUnknownError when an attempt is under way then.',
  async run(trial) {
    const hosts = new TwoHosts(trial, {});
    for (const message of [new hosts.contracts.Do({ text: '' }), new hosts.contracts.Look({ text: '' })]) {
      const error = await shortly(trial, (timeoutMs) => hosts.ask(message, { timeoutMs }));
      ok(isUndelivered(error), `rejected with ${String(error)}`);
    }
  },
};

const before: Obligation = {
  id: 'bus-deadline-before-sending-is-not-delivered',
  promise: 'A command whose deadline has passed when it is sent ends with NotDeliveredError and never runs.',
  async run(trial) {
    const ran: string[] = [];
    const hosts = new TwoHosts(trial, { handle: async (text) => (ran.push(text), text) });
    await hosts.serve();
    const { error } = await trial.settled('a late command', hosts.do('late', { timeoutMs: 0 }));
    ok(error instanceof NotDeliveredError, `rejected with ${String(error)}`);
    strictEqual((await trial.settled('a command', hosts.do('in time'))).value, 'in time');
    deepStrictEqual(ran, ['in time']);
  },
};

const running: Obligation = {
  id: 'bus-deadline-while-running-is-outcome-unknown',
  promise:
    'A caller whose deadline passes while the handler runs gets OutcomeUnknownError then; what runs goes on to its end.',
  async run(trial) {
    const gate = trial.gate();
    const steps: string[] = [];
    const hosts = new TwoHosts(trial, {
      handle: async (text) => {
        if (text === 'quick') return text;
        steps.push('started');
        await gate.opened;
        steps.push('effect');
        return text;
      },
    });
    await hosts.serve();
    // The first one may have to open what the next ones find open.
    await trial.settled('a quick command', hosts.do('quick'));
    const error = await shortly(trial, (timeoutMs) => hosts.do('slow', { timeoutMs }));
    ok(error instanceof OutcomeUnknownError, `rejected with ${String(error)}`);
    deepStrictEqual(steps, ['started']);
    gate.open();
    await trial.until('the effect happens', () => steps.includes('effect'));
  },
};

const expired: Obligation = {
  id: 'bus-expired-command-never-runs',
  promise:
    'A command that waits for a host beyond its deadline ends in time for its caller and does not run when the host is there again.',
  async run(trial) {
    const ran: string[] = [];
    const hosts = new TwoHosts(trial, { handle: async (text) => (ran.push(text), text) });
    const server = await hosts.serve();
    await trial.settled('a command', hosts.do('first'));
    await trial.settled('a stop', server.stopListeningToOthers());
    const error = await shortly(trial, (timeoutMs) => hosts.do('late', { timeoutMs }));
    ok(isUndelivered(error), `rejected with ${String(error)}`);
    await server.listenToOthers();
    strictEqual((await trial.settled('a command', hosts.do('last'))).value, 'last');
    await turns(5);
    deepStrictEqual(ran, ['first', 'last']);
  },
};

const lostReply: Obligation = {
  id: 'bus-lost-reply-is-asked-again-and-runs-once',
  promise:
    'A command whose answer is lost is asked again with the same id; its handler runs once and the caller gets the stored answer.',
  async run(trial) {
    let [ran, lost] = [0, 0];
    const hosts = new TwoHosts(trial, {
      handle: async () => `run ${(ran += 1)}`,
      through: (transport) =>
        between(transport, {
          request: async (envelope, to, signal) => {
            const answer = await transport.request(envelope, to, signal);
            if (lost === 2) return answer;
            lost += 1;
            throw new OutcomeUnknownError('the answer was lost');
          },
        }),
    });
    await hosts.serve();
    const { value, error } = await trial.settled('a command whose answers are lost', hosts.do('once'));
    deepStrictEqual([value, error, ran, lost], ['run 1', undefined, 1, 2]);
  },
};

const duplicate: Obligation = {
  id: 'bus-duplicate-delivery-is-handled-once',
  promise:
    'A command that arrives twice at the same time, and an event that arrives twice, is handled once; both callers get the one answer.',
  async run(trial) {
    const [gate, happened] = [trial.gate(), new Array<number>()];
    let [ran, arrived] = [0, 0];
    const hosts = new TwoHosts(trial, {
      handle: async () => {
        ran += 1;
        await gate.opened;
        return `run ${ran}`;
      },
      react: async ({ nth }) => void happened.push(nth),
      through: (transport) =>
        between(transport, {
          request: async (envelope, to, signal) => {
            const both = [1, 2].map(async () => {
              arrived += 1;
              return transport.request(envelope, to, signal);
            });
            const [first, second] = await Promise.all(both);
            if (first === undefined || second === undefined) throw new TypeError('two were asked');
            deepStrictEqual(second.data, first.data, 'two answers to one command');
            return first;
          },
        }),
    });
    await hosts.serve();
    const asked = watch(hosts.do('once'));
    await trial.until('both are sent and one runs', () => arrived === 2 && ran > 0);
    await turns(5);
    gate.open();
    await trial.until('the command ends', () => !asked.pending);
    deepStrictEqual([asked.settled?.value, asked.settled?.error, ran], ['run 1', undefined, 1]);
    const event = hosts.event('a', 1);
    for (const each of [event, event, hosts.event('a', 2)]) await trial.sendUntilTaken([each], hosts.at);
    await trial.until('the last event is handled', () => happened.includes(2));
    deepStrictEqual(happened, [1, 2]);
  },
};

export const busEndingObligations: readonly Obligation[] = [nobody, before, running, expired, lostReply, duplicate];
