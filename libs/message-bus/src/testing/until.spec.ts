import { describe, expect, it } from '@jest/globals';
import { until } from './until.js';

describe('waiting', () => {
  it('ends with the condition', async () => {
    let looks = 0;
    await until(() => (looks += 1) === 3);
    expect(looks).toBe(3);
  });

  it('in vain ends too, and says for what', async () => {
    let looks = 0;
    const never = async (): Promise<boolean> => (looks += 1) < 0;
    await expect(until(never, 10)).rejects.toThrow(/waited 10 ms in vain for .*looks/s);
    const ended = looks;
    await new Promise(setImmediate);
    expect(looks).toBe(ended);
  });

  it('passes on what the condition throws', async () => {
    await expect(until(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
  });
});
