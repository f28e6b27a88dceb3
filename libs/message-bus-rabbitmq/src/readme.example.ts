import type { Envelope } from '@isolith/contracts';
import { RabbitMqTransport, type ProblemSink } from '@isolith/message-bus-rabbitmq';

export async function connect(url: string, onProblem: ProblemSink): Promise<RabbitMqTransport> {
  const transport = new RabbitMqTransport({ url, name: 'orders', onProblem });
  await transport.connect();
  return transport;
}

export async function tellMails(transport: RabbitMqTransport, event: Envelope): Promise<void> {
  // Resolves when the broker has it on disk, in a queue that outlives both sides.
  await transport.send(
    event,
    { lane: 'subscription', context: 'notifications', subscription: 'order-mails' },
    AbortSignal.timeout(5_000),
  );
}
