import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { BulkheadFullError, CircuitOpenError } from './errors.js';
import { resilience } from './resilience.js';

/** What the dependency does with one attempt, at random. */
type Answer = 'fine' | 'declined' | 'down';
class Declined extends Error {}
const ERRORS = { declined: new Declined('declined'), down: new Error('down') };
const answer = fc.constantFrom<Answer>('fine', 'declined', 'down', 'down');

/** Long enough to open a circuit and close it again; fast-check's own size would stop at ten. */
const LONG = { minLength: 1, maxLength: 80, size: 'max' } as const;
const BREAKER = { failureThreshold: 3, successThreshold: 2, openMs: 100 };
const isAnswer = (error: unknown): boolean => error instanceof Declined;
const show = (error: unknown): string =>
  error instanceof CircuitOpenError
    ? 'circuit open'
    : error instanceof BulkheadFullError
      ? 'full'
      : error instanceof Error
        ? error.message
        : String(error);

/** A breaker as a table: what is admitted, and what an outcome does to it. */
class ModelBreaker {
  circuit: 'closed' | 'open' | 'half-open' = 'closed';
  /** Counts circuits: what began in an earlier one no longer counts. */
  period = 0;
  failures = 0;
  successes = 0;
  probes = 0;
  until = 0;

  admits(now: number): boolean {
    if (this.circuit === 'open' && now >= this.until) this.#enter('half-open');
    if (this.circuit === 'open') return false;
    if (this.circuit === 'half-open' && this.probes + this.successes >= BREAKER.successThreshold) return false;
    if (this.circuit === 'half-open') this.probes++;
    return true;
  }

  /** `nothing`: the attempt was not made. */
  ended(period: number, outcome: Answer | 'nothing', now: number): void {
    if (period !== this.period) return;
    if (this.circuit === 'half-open') {
      this.probes--;
      if (outcome === 'nothing') return;
      if (outcome === 'down') {
        this.failures++;
        this.#open(now);
      } else if (++this.successes === BREAKER.successThreshold) this.#enter('closed');
    } else if (outcome === 'fine') this.failures = 0;
    else if (outcome === 'down' && ++this.failures === BREAKER.failureThreshold) this.#open(now);
  }

  #open(now: number): void {
    this.#enter('open');
    this.until = now + BREAKER.openMs;
  }

  #enter(circuit: ModelBreaker['circuit']): void {
    [this.circuit, this.successes, this.probes] = [circuit, 0, 0];
    if (circuit === 'closed') this.failures = 0;
    this.period++;
  }
}

describe('policies against a model, with outcomes at random and a clock in hand', () => {
  let now = 0;
  beforeEach(() => {
    jest.useFakeTimers();
    now = 1_000;
  });
  afterEach(() => {
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('the classic cases: opens after 3 failures, rejects without a call, half-open after its time, closed after 2 successes', async () => {
    const call = jest.fn(() => Promise.reject(ERRORS.down));
    const pay = resilience('pay', { breaker: BREAKER, fallback: (error) => show(error) }, { now: () => now });
    for (let time = 0; time < 3; time++) expect(await pay.run(call)).toBe('down');
    expect(pay.state()).toMatchObject({ breaker: 'open', mayHalfOpenAt: 1_100 });
    expect(await pay.run(call)).toBe('circuit open');
    now += 99;
    expect(await pay.run(call)).toBe('circuit open');
    expect(call).toHaveBeenCalledTimes(3);
    now += 1;
    expect(await pay.run(async () => 'fine')).toBe('fine');
    expect(pay.state().breaker).toBe('half-open');
    expect(await pay.run(async () => 'fine')).toBe('fine');
    expect(pay.state()).toMatchObject({ breaker: 'closed', failures: 0 });
  });

  it('law: breaker, bulkhead and fallback, attempts that overlap', async () => {
    const SLOTS = 2;
    const QUEUE = 1;
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant({ do: 'begin' as const }) },
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('end' as const), which: fc.nat({ max: SLOTS - 1 }), answer }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 60, 100) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, LONG), async (steps) => {
        const model = new ModelBreaker();
        const pay = resilience(
          'pay',
          {
            breaker: BREAKER,
            bulkhead: { concurrency: SLOTS, queue: QUEUE },
            isAnswer,
            fallback: (error) => `instead of ${show(error)}`,
          },
          { now: () => now },
        );
        const attempts: PromiseWithResolvers<string>[] = [];
        const outcomes: string[] = [];
        const expected: string[] = [];
        const running: { period: number; run: number }[] = [];
        const queued: { period: number; run: number }[] = [];
        const live: PromiseWithResolvers<string>[] = [];
        const begin = (): void => {
          const index = expected.push('') - 1;
          void pay
            .run(() => {
              const attempt = Promise.withResolvers<string>();
              attempts.push(attempt);
              live.push(attempt);
              return attempt.promise;
            })
            .then(
              (value) => void (outcomes[index] = value),
              (error: unknown) => void (outcomes[index] = show(error)),
            );
          if (!model.admits(now)) expected[index] = 'instead of circuit open';
          else {
            const one = { period: model.period, run: index };
            if (running.length < SLOTS) running.push(one);
            else if (queued.length < QUEUE) queued.push(one);
            else {
              model.ended(one.period, 'nothing', now);
              expected[index] = 'instead of full';
            }
          }
        };
        const end = async (which: number, how: Answer): Promise<void> => {
          const [ended] = running.splice(which % Math.max(1, running.length), 1);
          if (ended === undefined) return;
          const [attempt] = live.splice(which % live.length, 1);
          if (how === 'fine') attempt?.resolve('fine');
          else attempt?.reject(ERRORS[how]);
          await jest.advanceTimersByTimeAsync(0);
          model.ended(ended.period, how, now);
          expected[ended.run] = how === 'down' ? 'instead of down' : how;
          const next = queued.shift();
          if (next !== undefined) running.push(next);
        };
        for (const one of steps) {
          if (one.do === 'begin') begin();
          else if (one.do === 'pass') now += one.ms;
          else await end(one.which, one.answer);
          await jest.advanceTimersByTimeAsync(0);
          expect(pay.state()).toMatchObject({
            breaker: model.circuit,
            ...(model.circuit === 'open' && { mayHalfOpenAt: model.until }),
            failures: model.failures,
            bulkhead: { running: running.length, queued: queued.length },
          });
          expect(live).toHaveLength(running.length);
        }
        while (running.length > 0) await end(0, 'fine');
        expect(outcomes).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('law: retry with a budget inside a fallback, around a breaker', async () => {
    const ATTEMPTS = 3;
    const BURST = 2;
    const run = fc.record({ answers: fc.array(answer, { minLength: 3, maxLength: 3 }), thenMs: fc.nat({ max: 120 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(run, LONG), async (runs) => {
        const model = new ModelBreaker();
        let budget = BURST;
        const pay = resilience(
          'pay',
          {
            retry: { attempts: ATTEMPTS, budget: { share: 0.5, burst: BURST } },
            breaker: BREAKER,
            isAnswer,
            fallback: (error) => `instead of ${show(error)}`,
          },
          { now: () => now, random: () => 0 },
        );
        for (const { answers, thenMs } of runs) {
          const made: Answer[] = [];
          const outcome = pay
            .run(async () => {
              const how = answers[made.length] ?? 'fine';
              made.push(how);
              if (how !== 'fine') throw ERRORS[how];
              return how;
            })
            .catch(show);
          // The model's run, attempt by attempt.
          budget = Math.min(BURST, budget + 0.5);
          const attempts: Answer[] = [];
          let expected = 'instead of circuit open';
          for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (!model.admits(now)) break;
            const how = answers[attempt] ?? 'fine';
            attempts.push(how);
            model.ended(model.period, how, now);
            expected = how === 'down' ? 'instead of down' : how;
            // Without a deadline nobody waits for an open circuit, and no share of the budget is spent on it.
            if (how !== 'down' || model.circuit === 'open' || attempt + 1 === ATTEMPTS || budget < 1) break;
            budget -= 1;
          }
          await jest.runAllTimersAsync();
          expect(await outcome).toBe(expected);
          expect(made).toEqual(attempts);
          expect(pay.state()).toMatchObject({ breaker: model.circuit, retriesLeft: Math.floor(budget) });
          now += thenMs;
        }
      }),
      { numRuns: 150 },
    );
  });
});
