import { anyone, command, event, failure, secret } from '@isolith/contracts';
import { MessageRouter } from '@isolith/message-bus';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { ContextInbox } from '../inbox/context-inbox.js';
import type { ContextJournal } from '../index.js';

/** A small context for the specs of this package. */
export class Sold extends event('sales.sold', {
  input: z.object({ saleId: z.string(), amount: z.int() }),
  key: 'saleId',
}) {}
export class Returned extends event('sales.returned', { input: z.object({ saleId: z.string() }), key: 'saleId' }) {}

export class Refused extends failure('sales.refused', {
  data: z.object({ why: z.string() }),
  status: 409,
  detail: ({ why }) => why,
}) {}
export class Busy extends failure('sales.busy', { status: 503, retryable: true, detail: 'busy' }) {}

/** Decides nothing: the same sale may be asked for anew. */
export class Unlisted extends failure('sales.unlisted', { status: 422, detail: 'not for sale yet' }) {}

export class Sell extends command('sales.sell', {
  input: z.object({ saleId: z.string(), amount: z.int(), pin: secret(z.string()).optional() }),
  output: z.object({ total: z.int() }),
  failures: [Refused, Busy, Unlisted],
  access: [anyone()],
}) {}

export class Undo extends command('sales.undo', { input: z.object({ saleId: z.string() }), access: [anyone()] }) {}

export class CreateSale implements MigrationInterface {
  readonly name = 'CreateSale1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE sales.sale (id text PRIMARY KEY, amount integer NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sales.sale');
  }
}

/** A started bus with the journal's inbox; `thrown` collects what a caller only sees as a HandlerError. */
export async function busOf(
  journal: ContextJournal,
  handlers: { sell?: (sell: Sell) => Promise<unknown>; undo?: (undo: Undo) => Promise<unknown> },
) {
  const thrown: unknown[] = [];
  const router = new MessageRouter({
    placement: { here: [journal.context] },
    onError: (_message, error) => thrown.push(error),
  });
  const { sell, undo } = handlers;
  if (sell !== undefined)
    router.handle({ message: Sell, by: 'sell', invoke: (message) => sell(Sell.restore({ ...message }) as Sell) });
  if (undo !== undefined)
    router.handle({ message: Undo, by: 'undo', invoke: (message) => undo(Undo.restore({ ...message }) as Undo) });
  router.useInbox(journal.context, new ContextInbox(journal));
  await router.listenHere();
  return { router, thrown };
}
