import { deepStrictEqual, ok } from 'node:assert/strict';
import { ContractViolationError, NotDeliveredError, OutcomeUnknownError } from '@isolith/contracts';
import { TwoHosts } from '../bus/two-hosts.js';
import { commandEnvelope } from '../envelopes.js';
import type { Obligation } from '../obligation.js';
import { said, watch } from '../trial.js';

const unknown: Obligation = {
  id: 'bus-unknown-message-never-runs',
  promise:
    'A message, or a version of one, that the context on the other host does not know is NotDeliveredError or OutcomeUnknownError, which says so; data that does not fit its contract there is ContractViolationError. None of them runs.',
  async run(trial) {
    const ran: string[] = [];
    const hosts = new TwoHosts(trial, { handle: async (text) => (ran.push(text), text) });
    await hosts.serve();
    const attempt = (type: string, schemaversion: number) =>
      trial.settled(
        `a command ${type} in version ${schemaversion}`,
        trial.transport.request(
          { ...commandEnvelope(trial.context, { text: 5 }), type: `${trial.context}.${type}`, schemaversion },
          trial.requests,
          new AbortController().signal,
        ),
      );
    for (const [type, version, why] of [
      ['no-such-thing', 1, /no-such-thing/],
      ['do', 2, /version 1, not 2/],
    ] as const) {
      const { error } = await attempt(type, version);
      ok(
        (error instanceof NotDeliveredError || error instanceof OutcomeUnknownError) && why.test(error.message),
        `rejected with ${said(error)}`,
      );
    }
    const answer = (await attempt('do', 1)).value?.data;
    const code = typeof answer === 'object' && answer !== null && 'code' in answer ? answer.code : answer;
    deepStrictEqual([code, ran], [new ContractViolationError('', []).code, []]);
  },
};

const before: Obligation = {
  id: 'bus-version-of-before-is-read',
  promise:
    'A command in the version before that of its reader is handled when it fits it; an event is, as the upcasters of its contract make it.',
  async run(trial) {
    const happened: string[] = [];
    const hosts = new TwoHosts(trial, {
      version: 2,
      handle: async (text) => `new ${text}`,
      react: async ({ text }) => void happened.push(text),
    });
    await hosts.serve();
    deepStrictEqual((await trial.settled('a command of the version before', hosts.do('old'))).value, 'new old');
    await trial.sendUntilTaken([hosts.event('a', 1, 'old')], hosts.at);
    await trial.until('the event is handled', () => happened.length > 0);
    deepStrictEqual(happened, ['old, of version 1']);
  },
};

const next: Obligation = {
  id: 'bus-next-version-waits-for-its-host',
  promise:
    'A command in the next version is not refused where only hosts of this one are; it runs, once, as soon as a host of the next one is there.',
  needs: ['another'],
  async run(trial) {
    if (!trial.transport.capabilities.sharesAddresses) return 'not applicable';
    const ran: string[] = [];
    const handle = async (text: string): Promise<string> => (ran.push(text), text);
    await new TwoHosts(trial, { handle }).serve();
    const hosts = new TwoHosts(trial, { handle, version: 2, asks: 2 });
    const asked = watch(hosts.do('new'));
    await trial.settled('the version of now', new TwoHosts(trial, { handle }).do('now'));
    deepStrictEqual([asked.settled, ran], [undefined, ['now']]);
    await hosts.serve();
    await trial.until('the command ends', () => !asked.pending);
    deepStrictEqual([asked.settled, ran], [{ value: 'new' }, ['now', 'new']]);
    return undefined;
  },
};

export const busVersionObligations: readonly Obligation[] = [unknown, before, next];
