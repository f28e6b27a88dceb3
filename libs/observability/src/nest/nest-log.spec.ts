import { expect, it } from '@jest/globals';
import { hostLog } from '../host-log.js';
import { nestLog } from './nest-log.js';

it('writes what Nest logs as lines of the host, its wiring only when debugging, errors with their stack', () => {
  const lines: unknown[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const log = nestLog(hostLog({ level: 'info', service: 'shop', destination }));
  log.log('Mapped {/v1/orders, GET} route', 'RouterExplorer');
  log.log({ message: 'host report', contexts: 7 }, 'Host');
  log.error(new Error('broken'), 'orders');
  log.debug?.('too quiet', 'orders');
  expect(lines).toEqual([
    expect.objectContaining({
      level: 'info',
      service_name: 'shop',
      context: 'Host',
      message: 'host report',
      contexts: 7,
    }),
    expect.objectContaining({
      level: 'error',
      context: 'orders',
      err: expect.objectContaining({ message: 'broken', stack: expect.stringContaining('broken') }),
    }),
  ]);
});

it('writes to the log that it was made for, however many there are in a process', () => {
  const said: unknown[][] = [[], []];
  for (const lines of said) {
    const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
    nestLog(hostLog({ level: 'info', service: 'shop', destination })).warn('a line');
  }
  expect(said).toEqual([
    [expect.objectContaining({ message: 'a line' })],
    [expect.objectContaining({ message: 'a line' })],
  ]);
});
