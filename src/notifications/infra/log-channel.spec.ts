import { afterEach, describe, expect, it } from '@jest/globals';
import { CallInsideUnitError, runAs } from '@isolith/message-bus';
import { Logger, type LoggerService } from '@nestjs/common';
import { LogChannel } from './log-channel.js';

const lines: string[] = [];
const record = (...line: unknown[]): void => void lines.push(JSON.stringify(line));
const recorder: LoggerService = { log: record, error: record, warn: record };

afterEach(() => Logger.overrideLogger(false));

describe('the log channel', () => {
  it('logs the user by id, and no contact even when it gets one', async () => {
    Logger.overrideLogger(recorder);
    await new LogChannel().send(
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
        expect(
          new LogChannel().send({ userId: 'user-7', kind: 'order-shipped', text: 'x' }, 'key'),
        ).rejects.toBeInstanceOf(CallInsideUnitError),
      { unit },
    );
  });
});
