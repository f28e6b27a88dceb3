import 'reflect-metadata';
import { ClientRMQ } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { keptIn, placed } from '../../contestants/publish/kept-in.js';
import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { rmq } from './rmq-options.js';

export const open = async ({ transportUrl }: Surroundings): Promise<Contestant> => {
  const client = new ClientRMQ({ ...rmq(transportUrl, 'mails', true), noAck: true, persistent: true });
  await client.connect();
  const publish = async (index: number): Promise<void> => {
    await lastValueFrom(client.emit('orders.order-placed', placed(index)), { defaultValue: undefined });
  };
  return keptIn(
    transportUrl,
    'mails',
    (work) => keepBusy(work, publish),
    () => client.close(),
  );
};
