import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { eventEnvelope } from '@isolith/message-bus/testing';
import { connect, tellMails } from './readme.example.js';
import { brokerUrl, SpecBroker, until } from './spec-support/broker.js';

describe('the README example', () => {
  it('is what the README shows', async () => {
    const [readme, example] = await Promise.all(
      ['../README.md', './readme.example.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
    );
    expect(example).toContain('RabbitMqTransport');
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
  });

  it('carries events to a subscription', async () => {
    const [broker, transport] = [new SpecBroker(), await connect(brokerUrl(), () => undefined)];
    broker.forget('notifications.order-mails');
    try {
      const arrived: unknown[] = [];
      await transport.listen(
        { lane: 'subscription', context: 'notifications', subscription: 'order-mails' },
        async ({ envelope }) => void arrived.push(envelope.data),
      );
      for (const nth of [1, 2]) await tellMails(transport, eventEnvelope('orders', 'o-1', nth));
      await until('both arrive', () => arrived.length === 2);
      expect(arrived).toEqual([1, 2]);
    } finally {
      await transport.close();
      await broker.close();
    }
  });
});
