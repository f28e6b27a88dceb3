import { describe, expect, it } from '@jest/globals';
import { hostLog, type HostLogOptions } from './host-log.js';

const logTo = (options: Partial<HostLogOptions> = {}) => {
  const lines: string[] = [];
  return {
    lines,
    log: hostLog({
      level: 'info',
      service: 'shop',
      ...options,
      destination: { write: (line) => void lines.push(line) },
    }),
  };
};
const only = (lines: readonly string[]): unknown => {
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
};

describe('a line', () => {
  it('is one JSON object with level, time, service and message', () => {
    const { log, lines } = logTo();
    log.info({ duration_ms: 3.2 }, 'done');
    expect(only(lines)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service_name: 'shop',
      duration_ms: 3.2,
      message: 'done',
    });
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
    [{ password: 'hunter2' }],
    [{ body: { paymentToken: 'hunter2' } }],
    [{ req: { headers: { authorization: 'hunter2' } } }],
    [{ req: { headers: { cookie: 'hunter2', 'set-cookie': 'hunter2' } } }],
    [{ data: { address: { name: 'hunter2' } } }],
    [{ user: { email: 'hunter2' } }],
    [{ a: { b: { c: { password: 'hunter2' } } } }],
    [{ 'set-cookie': 'hunter2' }],
    [{ accessToken: 'hunter2', refreshToken: 'hunter2' }],
    [{ users: [{ email: 'hunter2' }] }],
    [{ user: { toJSON: () => ({ email: 'hunter2' }) } }],
    [Object.assign(new Error('broken'), { data: { email: 'hunter2' } })],
    [
      {
        err: Object.assign(new Error('broken'), {
          cause: Object.assign(new Error('deeper'), { password: 'hunter2' }),
          secret: 'hunter2',
        }),
      },
    ],
  ])('never shows %j', (fields) => {
    const { log, lines } = logTo();
    log.info(fields, 'sent');
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.join('')).toContain('[redacted]');
  });

  it('never shows what a child log was made with, and leaves what it was given as it was', () => {
    const { log, lines } = logTo();
    const fields = { user: { id: 7, email: 'hunter2' }, tags: ['a'], at: new Date(0) };
    log
      .child({ password: 'hunter2' })
      .child({ caller: { secret: 'hunter2' } })
      .info(fields, 'sent');
    expect(only(lines)).toMatchObject({
      password: '[redacted]',
      caller: { secret: '[redacted]' },
      user: { id: 7, email: '[redacted]' },
      tags: ['a'],
      at: '1970-01-01T00:00:00.000Z',
    });
    expect(fields.user.email).toBe('hunter2');
  });

  it('that can not be looked at is still written', () => {
    const { log, lines } = logTo();
    const hostile = Object.defineProperty({}, 'x', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    log.info({ hostile }, 'sent');
    expect(only(lines)).toMatchObject({ message: 'sent' });
  });
});
