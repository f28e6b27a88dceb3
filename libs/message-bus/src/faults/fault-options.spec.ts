import { describe, expect, it } from '@jest/globals';
import { InProcessTransport } from '../transport/in-process-transport.js';
import { checkedFaultOptions, gentleRates, type FaultOptions } from './fault-options.js';
import { faultyTransport } from './faulty-transport.js';

describe('the options of a faulty transport', () => {
  it('have gentle rates, and no others than those that are named', () => {
    expect(checkedFaultOptions({ seed: 1 })).toEqual({
      seed: 1,
      rates: gentleRates,
      longestDelayMs: 20,
      silenceMs: 100,
    });
    expect(checkedFaultOptions({ seed: 1, rates: { crash: 1 } }).rates).toEqual({
      delay: 0,
      reorder: 0,
      duplicate: 0,
      lostReply: 0,
      crash: 1,
      undelivered: 0,
    });
  });

  it.each<[FaultOptions, string]>([
    [{ seed: 1.5 }, 'seed'],
    [{ seed: 1, rates: { delay: 1.1 } }, 'rates.delay'],
    [{ seed: 1, rates: { crash: -0.1 } }, 'rates.crash'],
    [
      { seed: 1, rates: { lostReply: 0.5, crash: 0.4, undelivered: 0.2 } },
      'rates: lostReply, crash and undelivered are more than 1 together',
    ],
    [{ seed: 1, rates: Object.assign({ delay: 0 }, { latency: 0.1 }) }, 'rates'],
    [{ seed: 1, longestDelayMs: 60_001 }, 'longestDelayMs'],
    [{ seed: 1, silenceMs: -1 }, 'silenceMs'],
  ])('are refused by name: %j', (options, name) => {
    expect(() => faultyTransport(new InProcessTransport(), options)).toThrow(RangeError);
    expect(() => faultyTransport(new InProcessTransport(), options)).toThrow(name);
  });
});
