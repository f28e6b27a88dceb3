import { describe, expect, it } from '@jest/globals';
import { Alarm } from './alarm.js';

describe('an alarm', () => {
  it('keeps the earliest time and rings once', async () => {
    let rings = 0;
    const rung = Promise.withResolvers<void>();
    const alarm = new Alarm(() => {
      rings += 1;
      rung.resolve();
    });
    alarm.within(60_000);
    alarm.within(1);
    alarm.within(30_000);
    await rung.promise;
    expect(rings).toBe(1);
    alarm.clear();
  });

  it('does not keep the process alive', () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    const alarm = new Alarm(() => undefined);
    alarm.within(60_000);
    expect(timers()).toBe(before);
    alarm.clear();
  });
});
