import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { NotDeliveredError, OutcomeUnknownError, OverloadedError, type Outcome, steadyNow } from '@isolith/contracts';
import { LocalCalls } from './local-calls.js';
import { NobodyHereError } from '../transport/nobody-here.js';
import { Take } from '../testing/fixtures/hosts.js';
import { commandEnvelope } from '../testing/index.js';

const { contract } = Take;
const done: Outcome = { outcome: 'success', value: null };
const request = (deadline?: number) => ({
  ...commandEnvelope('stock', null),
  type: contract.name,
  ...(deadline === undefined ? {} : { deadline }),
});

/** Calls whose handlers end when the test says so. */
function calls(maxInFlight?: number) {
  const running: PromiseWithResolvers<Outcome>[] = [];
  const made = new LocalCalls(() => {
    const handler = Promise.withResolvers<Outcome>();
    running.push(handler);
    return handler.promise;
  }, maxInFlight);
  made.open('stock');
  return { calls: made, running, ask: (deadline?: number) => made.ask(request(deadline), contract) };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('a call to a context of the own host', () => {
  it('ends with the outcome of its handler', async () => {
    const { running, ask } = calls();
    const asked = ask(steadyNow() + 1_000);
    running[0]?.resolve(done);
    expect(await asked).toBe(done);
    expect(jest.getTimerCount()).toBe(1);
    await jest.advanceTimersByTimeAsync(1_100);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is waited for until its deadline and not much longer; many that are due together share a timer', async () => {
    const { ask } = calls();
    const at = steadyNow() + 1_000;
    const ends = [ask(at), ask(at)].map((asked) => asked.catch((error: unknown) => error));
    expect(jest.getTimerCount()).toBe(1);
    let ended = false;
    void Promise.all(ends).then(() => (ended = true));
    await jest.advanceTimersByTimeAsync(999);
    expect(ended).toBe(false);
    await jest.advanceTimersByTimeAsync(20);
    expect(await Promise.all(ends)).toEqual([expect.any(OutcomeUnknownError), expect.any(OutcomeUnknownError)]);
  });

  it('has a place until its handler ends, also when nobody waits any more', async () => {
    const { running, ask } = calls(1);
    const given = ask(steadyNow() + 10).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(50);
    expect(await given).toBeInstanceOf(OutcomeUnknownError);
    expect(() => ask()).toThrow(OverloadedError);
    running[0]?.resolve(done);
    await jest.advanceTimersByTimeAsync(0);
    const next = ask();
    running[1]?.resolve(done);
    expect(await next).toBe(done);
  });

  it('is not known to have ended when what runs it breaks off', async () => {
    const { running, ask } = calls(1);
    const asked = ask().catch((error: unknown) => error);
    running[0]?.reject(new Error('a defect'));
    expect(await asked).toMatchObject({ code: 'outcome-unknown', cause: { message: 'a defect' } });
    void ask();
  });

  it('is not handed over after its deadline, nor where nobody is', () => {
    const { calls: made, running, ask } = calls();
    expect(() => ask(steadyNow())).toThrow(NotDeliveredError);
    expect(() => new LocalCalls(async () => done).ask(request(), contract)).toThrow(NobodyHereError);
    made.shut();
    expect(() => ask()).toThrow(NobodyHereError);
    expect(running).toHaveLength(0);
  });

  it('is not waited for any more when its host closes', async () => {
    const { calls: made, ask } = calls();
    const ends = [ask(), ask(steadyNow() + 5_000)].map((asked) => asked.catch((error: unknown) => error));
    made.close();
    expect(await Promise.all(ends)).toEqual([expect.any(OutcomeUnknownError), expect.any(OutcomeUnknownError)]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
