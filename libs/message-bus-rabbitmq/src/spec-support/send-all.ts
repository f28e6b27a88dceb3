import type { Envelope } from '@isolith/contracts';
import type { Address, Transport } from '@isolith/message-bus';
import { never } from './broker.js';

/** Sends them in one turn; ends when all sends have, with the first error of them. */
export async function sendAll(transport: Transport, events: readonly Envelope[], to: Address): Promise<void> {
  const sends = await Promise.allSettled(events.map((event) => transport.send(event, to, never())));
  const failed = sends.find((send) => send.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
