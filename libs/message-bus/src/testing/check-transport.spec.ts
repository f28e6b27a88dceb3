import { describe, expect, it } from '@jest/globals';
import { InProcessTransport } from '../in-process-transport.js';
import { LosesTheRevokedId } from './fixtures/broken-transports.js';
import { oneHost } from './fixtures/mutants.js';
import { checkTransport, describeTransport, transportObligations, type TransportFactory } from './index.js';

const whole = oneHost(() => new InProcessTransport({ maxInFlight: 40 }));
const broken = oneHost(() => new LosesTheRevokedId());
const LOST = 'attributes-are-unchanged';
const two = { only: ['request-is-answered', LOST] };

describe('checkTransport', () => {
  it('reports what is kept', async () => {
    expect(await checkTransport(whole, { deviations: [], ...two })).toEqual({ kept: ['request-is-answered', LOST], notApplicable: [], deviations: [], failures: [] });
  });

  it('fails for what is not kept, with the reason', async () => {
    const { failures } = await checkTransport(broken, { deviations: [], ...two });
    expect(failures).toEqual([{ obligation: LOST, problem: expect.stringContaining('not kept: Every attribute'), error: expect.objectContaining({ code: 'ERR_ASSERTION' }) }]);
  });

  it('accepts a listed deviation', async () => {
    const deviation = { obligation: LOST, reason: 'old brokers' };
    expect(await checkTransport(broken, { deviations: [deviation], ...two })).toMatchObject({ deviations: [deviation], failures: [] });
  });

  it('fails for a listed deviation that is none', async () => {
    const { failures } = await checkTransport(whole, { deviations: [{ obligation: LOST, reason: 'old brokers' }], ...two });
    expect(failures).toEqual([{ obligation: LOST, problem: 'listed as a deviation ("old brokers") and kept all the same; take it off the list' }]);
  });

  it('fails for names of no obligation', async () => {
    const { failures } = await checkTransport(whole, { deviations: [{ obligation: 'be-nice', reason: 'why?' }], only: ['be-quick'] });
    expect(failures.map(({ obligation, problem }) => `${obligation}: ${problem}`)).toEqual([
      'be-nice: a deviation names an obligation that does not exist',
      'be-quick: `only` names an obligation that does not exist',
    ]);
  });

  it('does not ask one host what two owe one another', async () => {
    const alone: TransportFactory = {
      async open() {
        const transport = new InProcessTransport();
        return { transport, close: () => transport.close() };
      },
    };
    expect(await checkTransport(alone, { deviations: [], only: ['hosts-reach-one-another'] })).toMatchObject({ notApplicable: ['hosts-reach-one-another'], kept: [], failures: [] });
  });

  it('has obligations with ids and promises of their own', () => {
    expect(new Set(transportObligations.map(({ id }) => id)).size).toBe(transportObligations.length);
    expect(new Set(transportObligations.map(({ promise }) => promise)).size).toBe(transportObligations.length);
  });
});

describe('describeTransport', () => {
  const register = (factory: TransportFactory, deviations: readonly { obligation: string; reason: string }[]) => {
    const tests = new Map<string, () => Promise<void>>();
    const names: string[] = [];
    describeTransport('Mine', factory, { deviations }, {
      describe: (name, body) => {
        names.push(name);
        body();
      },
      it: (name, body) => void tests.set(name.split(':', 1).join(''), body),
    });
    return { names, tests };
  };

  it('registers one test for each obligation, which passes or throws', async () => {
    const { names, tests } = register(broken, []);
    expect(names).toEqual(['Mine']);
    expect([...tests.keys()]).toEqual(transportObligations.map(({ id }) => id));
    await expect(tests.get('request-is-answered')?.()).resolves.toBeUndefined();
    await expect(tests.get(LOST)?.()).rejects.toThrow(`${LOST}: not kept`);
  });

  it('turns a deviation around', async () => {
    const deviations = [LOST, 'request-is-answered', 'be-nice'].map((obligation) => ({ obligation, reason: 'so' }));
    const { tests } = register(broken, deviations);
    await expect(tests.get(LOST)?.()).resolves.toBeUndefined();
    await expect(tests.get('request-is-answered')?.()).rejects.toThrow('kept all the same');
    await expect(tests.get('be-nice')?.()).rejects.toThrow('does not exist');
  });
});
