import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { HandlerError, UnauthenticatedError } from '@isolith/contracts';
import { TwoHosts } from '../bus/two-hosts.js';
import type { Obligation } from '../obligation.js';

const answered: Obligation = {
  id: 'bus-answers-commands-and-queries',
  promise: 'Over the bus a command and a query of a context on another host resolve with what their handlers return.',
  async run(trial) {
    const hosts = new TwoHosts(trial, { handle: async (text, what) => `${what} ${text}` });
    await hosts.serve();
    const [done, seen] = [
      await trial.settled('a command', hosts.do('this')),
      await trial.settled('a query', hosts.ask(new hosts.contracts.Look({ text: 'that' }))),
    ];
    deepStrictEqual([done.value, seen.value], ['do this', 'look that']);
  },
};

const failures: Obligation = {
  id: 'bus-failures-keep-their-class',
  promise:
    'A failure and an error that a handler throws on another host reach the caller as what they are, with their data and without a stack of the other host.',
  async run(trial) {
    const missing = [{ place: { nth: 1 } }, { place: { nth: 2 } }];
    const hosts: TwoHosts = new TwoHosts(trial, {
      handle: async (text) => {
        throw text === 'fail' ? new hosts.contracts.Refused({ missing }) : new RangeError('secret of the other host');
      },
    });
    await hosts.serve();
    for (const message of [new hosts.contracts.Do({ text: 'fail' }), new hosts.contracts.Look({ text: 'fail' })]) {
      const { error } = await trial.settled('a request that fails', hosts.ask(message));
      ok(error instanceof hosts.contracts.Refused, `rejected with ${String(error)}`);
      deepStrictEqual(error.data, { missing });
    }
    const broken = await trial.settled('a request whose handler breaks', hosts.do('break'));
    ok(broken.error instanceof HandlerError, `rejected with ${String(broken.error)}`);
    ok(!broken.error.message.includes('secret'), 'the original crossed');
    ok(
      hosts.reported.some((error) => error instanceof RangeError),
      'the original was not reported on its host',
    );
    const refused = await trial.settled(
      'a request that is not for its sender',
      hosts.ask(new hosts.contracts.Guarded({ text: '' })),
    );
    ok(refused.error instanceof UnauthenticatedError, `rejected with ${String(refused.error)}`);
  },
};

const large: Obligation = {
  id: 'bus-carries-large-messages',
  promise: 'Commands, answers and events of several megabytes cross unchanged beside small ones.',
  async run(trial) {
    const [text, happened] = ['é😀.'.repeat(300_000), new Array<string>()];
    const hosts = new TwoHosts(trial, {
      handle: async (received) => `${received.length} ${received}`,
      react: async (event) => void happened.push(event.text),
    });
    await hosts.serve();
    const [big, small] = await Promise.all([text, 'small'].map((each) => trial.settled('a command', hosts.do(each))));
    ok(big?.value === `${text.length} ${text}`, `the large one came back changed, or not: ${String(big?.error)}`);
    strictEqual(small?.value, '5 small');
    await trial.sendUntilTaken([hosts.event('a', 1, text), hosts.event('b', 1, 'small')], hosts.at);
    await trial.until('both events arrive', () => happened.length >= 2);
    ok(happened.includes(text) && happened.includes('small'), 'an event came changed');
  },
};

export const busRequestObligations: readonly Obligation[] = [answered, failures, large];
