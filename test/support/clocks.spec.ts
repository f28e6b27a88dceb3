import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, expect, it } from '@jest/globals';
import { shiftedClock } from './clocks.js';
import { cleanUp } from './host.js';

afterAll(cleanUp);

const TELL = `
  const tell = () => console.log(JSON.stringify([
    Date.now(), new Date().getTime(), Date.parse(Date()), new Date(5).getTime(),
    new Date() instanceof Date && new Date().constructor === Date, performance.now(),
  ]));
  setInterval(tell, 20);
`;

it('the clock of a process is shifted from its start, and can be stepped while it runs; the monotonic one is not', async () => {
  const hour = 3_600_000;
  const clock = shiftedClock(-hour);
  const child = spawn(process.execPath, ['-e', TELL], {
    env: { ...clock.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let steps = 0;
  let last = 0;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const [now, made, text, five, isDate, monotonic] = JSON.parse(line) as [
        number,
        number,
        number,
        number,
        boolean,
        number,
      ];
      const shift = now - Date.now();
      expect([five, isDate, Math.abs(made - now) < 100, Math.abs(text - now) < 1_100]).toEqual([5, true, true, true]);
      expect(monotonic).toBeGreaterThan(last);
      last = monotonic;
      const expected = steps === 0 ? -hour : 15_000;
      if (Math.abs(shift - expected) < 5_000) {
        if (steps === 1) break;
        steps = 1;
        clock.step(15_000);
      } else expect(steps).toBe(1);
    }
  } finally {
    child.kill();
    await once(child, 'exit');
  }
});
