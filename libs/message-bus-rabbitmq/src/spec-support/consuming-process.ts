import { RabbitMqTransport } from '../index.js';

/**
 * A host that does nothing but consume one subscription, as a process of its own that can be killed or stopped. Tells
 * on standard output what it begins and ends: `ready`, `begin <event id>`, `end <event id>`.
 */
const [context = '', subscription = ''] = process.argv.slice(2);
const url = process.env['BROKER_URL'] ?? '';
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const transport = new RabbitMqTransport({ url, name: 'consuming process' });
await transport.connect();
await transport.listen({ lane: 'subscription', context, subscription }, async ({ envelope: { id } }) => {
  say(`begin ${id}`);
  await new Promise((resolve) => setTimeout(resolve, 10));
  say(`end ${id}`);
});
say('ready');
