import { describe, expect, it } from '@jest/globals';
import { BulkheadFullError, CircuitOpenError, ResilienceRegistry } from '@isolith/resilience';
import { RecordingChannel } from '../testing/recording-channel.js';
import { ChannelCalls } from './channel-calls.js';
import { ChannelUnavailableError, mayTakeItLater } from './notification-channel.js';

const message = { userId: 'u', kind: 'order-cancelled', text: 'cancelled' } as const;

function opened() {
  const channel = new RecordingChannel();
  const registry = new ResilienceRegistry();
  const calls = new ChannelCalls(channel, registry);
  const send = (key: string): Promise<unknown> =>
    calls.send(message, key).then(
      () => 'sent',
      (error: unknown) => error,
    );
  return { channel, registry, calls, send };
}

describe('the channel under its policy', () => {
  it('is asked as it is, and is among the policies of the host', async () => {
    const { channel, registry, calls, send } = opened();
    channel.needsContact = true;
    expect([await send('a'), calls.name, calls.needsContact]).toEqual(['sent', 'recording', true]);
    expect(channel.sent).toEqual([{ message, key: 'a' }]);
    expect([registry.violations(), registry.all().map(({ name }) => name)]).toEqual([[], ['notification-channel']]);
  });

  it('is left alone when it could not take five messages in a row, which may be taken later', async () => {
    const { channel, send } = opened();
    channel.failures = Number.POSITIVE_INFINITY;
    for (let time = 0; time < 5; time++) expect(await send(`m${time}`)).toBeInstanceOf(ChannelUnavailableError);
    const refusal = await send('m6');
    expect(refusal).toBeInstanceOf(CircuitOpenError);
    expect([mayTakeItLater(refusal), channel.refused.length]).toEqual([true, 5]);
  });

  it('is not left alone for messages that it refuses for good', async () => {
    const { channel, send } = opened();
    channel.failures = 10;
    channel.failsWith = () => new Error('no such mailbox');
    for (let time = 0; time < 10; time++) expect(await send(`m${time}`)).toMatchObject({ message: 'no such mailbox' });
    expect(await send('m11')).toBe('sent');
  });

  it('that hangs holds 16 messages and lets 256 wait, and the next is told so at once', async () => {
    const { channel, send } = opened();
    const gate = Promise.withResolvers<void>();
    channel.onSend = () => gate.promise;
    const held = Array.from({ length: 16 + 256 }, (_, nth) => send(`m${nth}`));
    expect(await send('one more')).toBeInstanceOf(BulkheadFullError);
    gate.resolve();
    expect(new Set(await Promise.all(held))).toEqual(new Set(['sent']));
  });
});
