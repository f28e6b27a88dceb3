import { Connection } from 'rabbitmq-client';
import { keptIn, placed } from '../../contestants/publish/kept-in.ts';
import { keepBusy } from '../../harness/keep-busy.ts';

export const open = async ({ transportUrl }) => {
  const connection = new Connection({ url: transportUrl, noDelay: true });
  const publisher = connection.createPublisher({
    confirm: true,
    queues: [{ queue: 'mails', durable: true, arguments: { 'x-queue-type': 'quorum' } }],
  });
  let returned = 0;
  publisher.on('basic.return', () => {
    returned += 1;
  });
  const publish = (index) => publisher.send({ routingKey: 'mails', durable: true, mandatory: true }, placed(index));
  return keptIn(
    transportUrl,
    'mails',
    async (work) => {
      const measured = await keepBusy(work, publish);
      if (returned > 0) throw new Error(`${returned} messages came back`);
      return measured;
    },
    async () => {
      await publisher.close();
      await connection.close();
    },
  );
};
