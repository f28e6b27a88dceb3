import { describe, expect, it } from '@jest/globals';
import { hostLog, type HostLogOptions } from './host-log.js';

const logTo = (options: Partial<HostLogOptions> = {}) => {
  const lines: string[] = [];
  return { lines, log: hostLog({ level: 'info', service: 'shop', ...options, destination: { write: (line) => void lines.push(line) } }) };
};
const only = (lines: readonly string[]): unknown => {
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
};

describe('a line', () => {
  it('is one JSON object with level, time, service and message', () => {
    const { log, lines } = logTo();
    log.info({ duration_ms: 3.2 }, 'done');
    expect(only(lines)).toEqual({ level: 'info', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/), service_name: 'shop', duration_ms: 3.2, message: 'done' });
  });

  it('says what the work around it is', () => {
    const { log, lines } = logTo({ fields: () => ({ trace_id: 't-1' }) });
    log.warn('slow');
    expect(only(lines)).toMatchObject({ trace_id: 't-1' });
  });

  it('below the level is not written', () => {
    const { log, lines } = logTo({ level: 'warn' });
    log.info('no');
    expect(lines).toEqual([]);
  });

  it.each([
    [{ password: 'hunter2' }], [{ body: { paymentToken: 'hunter2' } }], [{ req: { headers: { authorization: 'hunter2' } } }],
    [{ req: { headers: { cookie: 'hunter2', 'set-cookie': 'hunter2' } } }], [{ data: { address: { name: 'hunter2' } } }], [{ user: { email: 'hunter2' } }],
    [{ a: { b: { c: { password: 'hunter2' } } } }], [{ 'set-cookie': 'hunter2' }], [{ accessToken: 'hunter2', refreshToken: 'hunter2' }],
  ])('never shows %j', (fields) => {
    const { log, lines } = logTo();
    log.info(fields, 'sent');
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.join('')).toContain('[redacted]');
  });
});
