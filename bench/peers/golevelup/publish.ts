import { keptIn, placed } from '../../contestants/publish/kept-in.js';
import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { start } from './rabbit-module.js';

export const open = async ({ transportUrl }: Surroundings): Promise<Contestant> => {
  const { app, connection } = await start(transportUrl, []);
  await connection.channel.assertQueue('mails', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  const publish = async (index: number): Promise<void> => {
    await connection.publish('', 'mails', placed(index), { persistent: true, mandatory: true });
  };
  return keptIn(
    transportUrl,
    'mails',
    (work) => keepBusy(work, publish),
    () => app.close(),
  );
};
