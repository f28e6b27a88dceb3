import { afterEach, describe, expect, it } from '@jest/globals';
import { CallInsideUnitError, runAs } from '@isolith/message-bus';
import { Logger, type LoggerService } from '@nestjs/common';
import { LogChannel } from './log-channel.js';

const lines: string[] = [];
const record = (...line: unknown[]): void => void lines.push(JSON.stringify(line));
const recorder: LoggerService = { log: record, error: record, warn: record };

afterEach(() => Logger.overrideLogger(false));

const channel = (shown = false): LogChannel => new LogChannel({ LOG_CHANNEL_REVEALS: shown });

describe('the log channel', () => {
  it.each([
    [false, 'not shown'],
    [true, 'one-time'],
  ])('shows what only the user may have where that is set (%s)', async (shown, secret) => {
    Logger.overrideLogger(recorder);
    lines.splice(0);
    await channel(shown).send(
      { userId: 'user-7', kind: 'password-reset', text: 'With this:', secret: 'one-time' },
      'k',
    );
    expect(lines.join()).toContain(`"secret":"${secret}"`);
    expect(lines.join().includes('one-time')).toBe(shown);
  });

  it('logs the user by id, and no contact even when it gets one', async () => {
    Logger.overrideLogger(recorder);
    lines.splice(0);
    await channel().send(
      {
        userId: 'user-7',
        kind: 'order-shipped',
        text: 'On its way',
        contact: { email: 'ada@example.com', name: 'Ada' },
      },
      'key-1',
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('user-7');
    expect(lines[0]).toContain('On its way');
    expect(lines[0]).not.toMatch(/ada@example\.com|Ada/);
  });

  it('refuses to send inside a unit of work', async () => {
    const unit = { context: 'notifications', append: (): void => undefined };
    await runAs(
      'notifications',
      () =>
        expect(channel().send({ userId: 'user-7', kind: 'order-shipped', text: 'x' }, 'key')).rejects.toBeInstanceOf(
          CallInsideUnitError,
        ),
      { unit },
    );
  });
});
