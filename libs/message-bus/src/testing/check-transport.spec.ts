import { describe, expect, it } from '@jest/globals';
import { InProcessTransport } from '../transport/in-process-transport.js';
import { LosesTheRevokedId } from './fixtures/broken-transports.js';
import { onFakeMedium } from './fixtures/on-fake-medium.js';
import { oneHost } from './fixtures/mutant.js';
import {
  busObligations,
  checkTransport,
  describeTransport,
  kitObligations,
  transportObligations,
  type TransportFactory,
} from './index.js';

const whole = oneHost(() => new InProcessTransport({ maxInFlight: 40 }));
const broken = oneHost(() => new LosesTheRevokedId());
const LOST = 'attributes-are-unchanged';
const two = { only: ['request-is-answered', LOST] };

describe('checkTransport', () => {
  it('reports what is kept', async () => {
    expect(await checkTransport(whole, { deviations: [], ...two })).toEqual({
      kept: ['request-is-answered', LOST],
      notApplicable: [],
      deviations: [],
      failures: [],
    });
  });

  it('fails for what is not kept, with the reason', async () => {
    const { failures } = await checkTransport(broken, { deviations: [], ...two });
    expect(failures).toEqual([
      {
        obligation: LOST,
        problem: expect.stringContaining('not kept: Every attribute'),
        error: expect.objectContaining({ code: 'ERR_ASSERTION' }),
      },
    ]);
  });

  it('accepts a listed deviation', async () => {
    const deviation = { obligation: LOST, reason: 'old brokers' };
    expect(await checkTransport(broken, { deviations: [deviation], ...two })).toMatchObject({
      deviations: [deviation],
      failures: [],
    });
  });

  it('fails for a listed deviation that is none', async () => {
    const { failures } = await checkTransport(whole, {
      deviations: [{ obligation: LOST, reason: 'old brokers' }],
      ...two,
    });
    expect(failures).toEqual([
      {
        obligation: LOST,
        problem: 'listed as a deviation ("old brokers") and kept all the same; take it off the list',
      },
    ]);
  });

  it('fails for names of no obligation', async () => {
    const { failures } = await checkTransport(whole, {
      deviations: [{ obligation: 'be-nice', reason: 'why?' }],
      only: ['be-quick'],
    });
    expect(failures.map(({ obligation, problem }) => `${obligation}: ${problem}`)).toEqual([
      'be-nice: a deviation names an obligation that does not exist',
      'be-quick: `only` names an obligation that does not exist',
    ]);
  });

  it('says when the list of what does not apply is not the whole truth', async () => {
    const SHARED = 'replicas-share-requests';
    const only = ['request-is-answered', SHARED];
    expect((await checkTransport(whole, { deviations: [], notApplicable: [SHARED], only })).failures).toEqual([]);
    expect((await checkTransport(whole, { deviations: [], notApplicable: [], only })).failures).toEqual([
      { obligation: SHARED, problem: expect.stringContaining('does not apply') },
    ]);
    expect((await checkTransport(whole, { deviations: [], notApplicable: only, only })).failures).toEqual([
      { obligation: 'request-is-answered', problem: expect.stringContaining('and applies') },
    ]);
    expect(
      (await checkTransport(whole, { deviations: [{ obligation: SHARED, reason: 'so' }], only })).failures,
    ).toEqual([
      { obligation: SHARED, problem: 'listed as a deviation ("so") and not applicable; take it off the list' },
    ]);
  });

  it('does not try what needs a fault that the factory does not offer', async () => {
    const only = ['a-restart-loses-nothing', 'malformed-bytes-are-set-aside'];
    expect(await checkTransport(whole, { deviations: [], only })).toMatchObject({
      notApplicable: expect.arrayContaining(only),
      kept: [],
      failures: [],
    });
    expect(await checkTransport(onFakeMedium(), { deviations: [], only })).toMatchObject({
      notApplicable: [],
      kept: expect.arrayContaining(only),
      failures: [],
    });
  });

  it('does not ask one host what two owe one another', async () => {
    const alone: TransportFactory = {
      async open() {
        const transport = new InProcessTransport();
        return { transport, close: () => transport.close() };
      },
    };
    expect(await checkTransport(alone, { deviations: [], only: ['hosts-reach-one-another'] })).toMatchObject({
      notApplicable: ['hosts-reach-one-another'],
      kept: [],
      failures: [],
    });
  });

  it('has obligations with ids and promises of their own', () => {
    expect(new Set(kitObligations.map(({ id }) => id)).size).toBe(kitObligations.length);
    expect(new Set(kitObligations.map(({ promise }) => promise)).size).toBe(kitObligations.length);
    expect(kitObligations).toEqual([...transportObligations, ...busObligations]);
  });
});

describe('describeTransport', () => {
  const register = (factory: TransportFactory, deviations: readonly { obligation: string; reason: string }[]) => {
    const tests = new Map<string, () => Promise<void>>();
    const names: string[] = [];
    describeTransport(
      'Mine',
      factory,
      { deviations },
      {
        describe: (name, body) => {
          names.push(name);
          body();
        },
        it: (name, body) => void tests.set(name.split(':', 1).join(''), body),
      },
    );
    return { names, tests };
  };

  it('registers one test for each obligation, which passes or throws', async () => {
    const { names, tests } = register(broken, []);
    expect(names).toEqual(['Mine']);
    expect([...tests.keys()]).toEqual(kitObligations.map(({ id }) => id));
    await expect(tests.get('request-is-answered')?.()).resolves.toBeUndefined();
    await expect(tests.get(LOST)?.()).rejects.toThrow(`${LOST}: not kept`);
  });

  it('tries what it is told to, and names what does not apply', async () => {
    const tests = new Map<string, () => Promise<void>>();
    const only = ['request-is-answered', 'replicas-share-requests'];
    describeTransport(
      'Mine',
      whole,
      { deviations: [], notApplicable: only, only },
      { describe: (_, body) => body(), it: (name, body) => void tests.set(name, body) },
    );
    const [answered, shared] = [...tests.values()];
    expect([...tests.keys()].map((name) => name.split(': ').slice(0, 2))).toEqual(
      only.map((id) => [id, 'does not apply']),
    );
    await expect(answered?.()).rejects.toThrow('applies; take it off the list');
    await expect(shared?.()).resolves.toBeUndefined();
  });

  it('turns a deviation around', async () => {
    const deviations = [LOST, 'request-is-answered', 'be-nice'].map((obligation) => ({ obligation, reason: 'so' }));
    const { tests } = register(broken, deviations);
    await expect(tests.get(LOST)?.()).resolves.toBeUndefined();
    await expect(tests.get('request-is-answered')?.()).rejects.toThrow('kept all the same');
    await expect(tests.get('be-nice')?.()).rejects.toThrow('does not exist');
  });
});
