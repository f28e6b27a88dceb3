import { MessageRouter } from '@isolith/message-bus';
import { contextJournal, journalMigrations, UnitOfWork } from '../../index.js';
import { ContextInbox } from '../../inbox/context-inbox.js';
import { FencedReader } from '../fenced-reader.js';
import { SubscriptionRelays } from '../subscription-relays.js';
import { Databases } from '@isolith/postgres';
import { Sold } from '../../testing/sample-sales.js';
import { deaf } from './deaf.js';

/**
 * node --expose-gc catch-up.main.ts <url> <events> <sample>: serves a subscription that was down from the journal of
 * sales until it has handled so many events, and writes one line: {handled, outOfOrder, heaps}, the heap in use after a
 * collection after every so many events.
 */
const [url = '', events, every] = process.argv.slice(2);
const wanted = Number(events);
const sample = Number(every);
if (globalThis.gc === undefined) throw new Error('run this with --expose-gc');

const databases = new Databases({ targetOf: () => ({ kind: 'postgres', url, poolSize: 10 }) });
const open = async (context: string) => {
  const source = await databases.open({ context, entities: [], migrations: journalMigrations });
  return contextJournal({ context }, async () => source);
};
const [sales, mail] = [await open('sales'), await open('mail')];
const unit = new UnitOfWork(mail);

const last = new Map<string, number>();
const heaps: number[] = [];
let handled = 0;
let outOfOrder = 0;
const done = Promise.withResolvers<void>();
const handle = async ({ saleId, amount }: Sold): Promise<void> => {
  await unit.run(async () => undefined);
  if (amount !== (last.get(saleId) ?? 0) + 1) outOfOrder += 1;
  last.set(saleId, amount);
  handled += 1;
  if (handled % sample === 0) {
    globalThis.gc?.();
    heaps.push(process.memoryUsage().heapUsed);
  }
  if (handled === wanted) done.resolve();
};

const router = new MessageRouter({ placement: { here: ['mail'] }, onError: () => undefined });
const subscription = { context: 'mail', subscription: 'letters', from: 'beginning', events: [Sold.contract] } as const;
router.subscribe(subscription, [
  { event: Sold, by: 'handle', invoke: (sold) => handle(Sold.restore({ ...sold }) as Sold) },
]);
router.useInbox('mail', new ContextInbox(mail));
await router.listenHere();
const relays = new SubscriptionRelays({
  deliver: (event, to, signal) => router.deliver(event, to, signal),
  report: (message, error) => process.stderr.write(`${message} ${String(error)}\n`),
});
await relays.serve({ journal: sales, subscriptions: [subscription], reader: new FencedReader(sales), replicas: deaf });
await done.promise;
await relays.drain(AbortSignal.timeout(5_000));
await router.drain(AbortSignal.timeout(5_000));
await databases.close();
process.stdout.write(`${JSON.stringify({ handled, outOfOrder, heaps })}\n`);
