import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ForbiddenError, HandlerError } from '@isolith/contracts';
import { ResilienceRegistry } from '@isolith/resilience';
import { Logger } from '@nestjs/common';
import { z } from 'zod';
import { OrderCancelled } from '../../orders/orders.contract.js';
import { ChannelUnavailableError } from '../infra/notification-channel.js';
import { Notices } from '../infra/notices.js';
import { ChannelAway, TellCustomer } from '../notifications.contract.js';
import { openNotifications, type NotificationsUnderTest } from '../testing/open-notifications.js';
import { RecordingChannel } from '../testing/recording-channel.js';
import { orderMails } from './order-mails.choreography.js';

const channel = new RecordingChannel();
let notifications: NotificationsUnderTest;
beforeAll(async () => void (notifications = await openNotifications(channel)));
afterAll(() => notifications.close());
beforeEach(() => {
  channel.sent.length = 0;
  channel.refused.length = 0;
  channel.failures = 0;
  channel.failsWith = () => new ChannelUnavailableError('the channel is down');
  channel.needsContact = false;
  channel.onSend = async () => undefined;
  // What one case broke is no matter of the next one.
  notifications.get(ResilienceRegistry).find('notification-channel')?.reset('spec');
});

const cancelled = (): OrderCancelled =>
  new OrderCancelled({ orderId: randomUUID(), customerId: randomUUID(), at: new Date().toISOString() });
const telling = (): TellCustomer =>
  new TellCustomer({
    noticeId: randomUUID(),
    customerId: randomUUID(),
    orderId: randomUUID(),
    kind: 'order-cancelled',
    text: 'cancelled',
  });
const self = { service: 'notifications', roles: [] };
const rowOf = async (orderId: string) => (await notifications.rows()).filter(({ text }) => text.includes(orderId));

describe('news of an order', () => {
  it('are written down, sent outside of any unit of work, and marked as sent', async () => {
    const event = cancelled();
    await notifications.deliver('order-mails', event, randomUUID());
    const [row] = await rowOf(event.orderId);
    expect(row).toMatchObject({ sent: true });
    expect(channel.sent).toEqual([
      { key: row?.id, message: { userId: event.customerId, kind: 'order-cancelled', text: row?.text } },
    ]);
  });

  it('that come twice are sent once', async () => {
    const [event, id] = [cancelled(), randomUUID()];
    await notifications.deliver('order-mails', event, id);
    await notifications.deliver('order-mails', event, id);
    expect(channel.sent).toHaveLength(1);
    expect(await rowOf(event.orderId)).toHaveLength(1);
  });

  it('that the channel refused go out with the same key at the next attempt', async () => {
    const event = cancelled();
    channel.failures = 2;
    await notifications.deliver('order-mails', event, randomUUID());
    const [row, ...others] = await rowOf(event.orderId);
    expect([row, others]).toEqual([expect.objectContaining({ sent: true }), []]);
    expect(channel.refused).toEqual([row?.id, row?.id]);
    expect(channel.sent.map(({ key }) => key)).toEqual([row?.id]);
  });

  it('are in the list as long as the channel refuses them', async () => {
    const event = cancelled();
    channel.failures = 1;
    const seen: unknown[] = [];
    channel.onSend = async () => void seen.push((await rowOf(event.orderId)).map(({ sent }) => sent));
    await notifications.deliver('order-mails', event, randomUUID());
    expect(seen).toEqual([[], [false]]);
    expect(await rowOf(event.orderId)).toEqual([expect.objectContaining({ sent: true })]);
  });

  it('go with the contact to a channel that needs it, and the contact is not kept', async () => {
    channel.needsContact = true;
    const event = cancelled();
    await notifications.deliver('order-mails', event, randomUUID());
    expect(channel.sent[0]?.message.contact).toEqual({ email: 'ada@example.com', name: 'Ada' });
    expect(JSON.stringify(await notifications.rows())).not.toMatch(/ada@example|Ada/);
  });

  it('are told by nobody else', async () => {
    await expect(notifications.send(telling(), { service: 'orders', roles: [] })).rejects.toBeInstanceOf(
      ForbiddenError,
    );
  });
});

describe('a channel', () => {
  const logged: string[] = [];
  const record = (...line: unknown[]): void =>
    void logged.push(JSON.stringify(line, (_, value: unknown) => (value instanceof Error ? value.message : value)));
  beforeEach(() => {
    logged.length = 0;
    // Pauses are drawn at random up to a bound: none has to be waited for.
    jest.spyOn(Math, 'random').mockReturnValue(0);
    Logger.overrideLogger({ log: record, error: record, warn: record });
  });
  afterEach(() => {
    Logger.overrideLogger(false);
    jest.restoreAllMocks();
  });
  const parked = () =>
    notifications.read(
      z.object({ problem_type: z.string() }),
      'SELECT problem_type FROM notifications.parked_message WHERE problem_type IS NOT NULL',
    );

  it('that is away for longer than all attempts delays the news: nothing is counted, nothing parked', async () => {
    const event = cancelled();
    channel.failures = 3 * orderMails.retry.attempts;
    // Its breaker would let one through every five seconds; nobody waits here for that to come about.
    const policies = notifications.get(ResilienceRegistry).find('notification-channel');
    const opened: unknown[] = [];
    const stop = policies?.onStateChange(({ to, error }) => {
      if (to !== 'open') return;
      opened.push(error);
      policies.close('spec');
    });
    await notifications.deliver('order-mails', event, randomUUID());
    stop?.();
    expect(opened).not.toEqual([]);
    expect(await rowOf(event.orderId)).toEqual([expect.objectContaining({ sent: true })]);
    expect(await parked()).toEqual([]);
  });

  it('says to the sender that it may pass, and to the log why', async () => {
    channel.failures = 1;
    channel.failsWith = () => new ChannelUnavailableError('421 try later');
    const told = telling();
    await expect(notifications.send(told, self)).rejects.toBeInstanceOf(ChannelAway);
    expect(logged.filter((line) => line.includes('421 try later') && line.includes(told.noticeId))).toHaveLength(1);
  });

  it.each([
    ['may take it later', () => new ChannelUnavailableError('421 try later'), ChannelAway],
    ['never will', () => new Error('550 no such user'), HandlerError],
  ])('that %s is what the sender is told of where the news can’t be written down either', async (_, failsWith, end) => {
    channel.failures = 1;
    channel.failsWith = failsWith;
    jest.spyOn(notifications.get(Notices), 'insertUnsent').mockImplementationOnce(() => {
      throw new Error('the disk is full');
    });
    await expect(notifications.send(telling(), self)).rejects.toBeInstanceOf(end);
    expect(logged.join('\n')).toContain('the disk is full');
    expect(logged.join('\n')).toContain(failsWith().message);
  });

  it('that never takes it has the news parked after the attempts of its subscription', async () => {
    const event = cancelled();
    channel.failures = orderMails.retry.attempts;
    channel.failsWith = () => new Error('550 no such user');
    await notifications.deliver('order-mails', event, randomUUID());
    expect(await parked()).toEqual([{ problem_type: 'handler-error' }]);
    expect(await rowOf(event.orderId)).toEqual([expect.objectContaining({ sent: false })]);
  });
});
