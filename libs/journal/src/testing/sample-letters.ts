import type { AnyEventClass, Envelope } from '@isolith/contracts';
import { HandBacks, MessageRouter, type EventRetry, type SubscriptionAddress } from '@isolith/message-bus';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { ContextInbox } from '../inbox/context-inbox.js';
import { UnitOfWork } from '../index.js';
import { ParkedMessages } from '../parked/parked-messages.js';
import { redelivery } from '../nest/redelivery.js';
import { Sold } from './sample-sales.js';
import type { TestContext } from './open-test-context.js';

/** What the letters of a key say: the order in which its events had their effect. */
export class CreateLetter implements MigrationInterface {
  readonly name = 'CreateLetter1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE mail.letter (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL, nth integer NOT NULL)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE mail.letter');
  }
}

export const letters: SubscriptionAddress = { lane: 'subscription', context: 'mail', subscription: 'letters' };

/** The nth event of a key; always the same one. */
export const sold = (key: string, nth: number): Envelope => ({
  specversion: '1.0',
  id: `${key}-${nth}`,
  source: '/sales',
  type: 'sales.sold',
  time: '2026-01-01T00:00:00.000Z',
  subject: key,
  kind: 'event',
  schemaversion: 1,
  correlationid: `${key}-${nth}`,
  principal: { service: 'sales', roles: [] },
  data: { saleId: key, amount: nth },
});

export interface Reaction {
  readonly key: string;
  readonly nth: number;
  /** The effect: one unit that writes the letter. */
  readonly write: () => Promise<void>;
}

export interface LetterHostOptions {
  readonly react?: (reaction: Reaction) => Promise<void>;
  readonly retry?: Partial<EventRetry>;
  /** As the release of this host has it. */
  readonly event?: AnyEventClass;
}

/** One process that writes letters; several may share the database of a spec, as replicas do. */
export class LetterHost {
  readonly parked: ParkedMessages;
  readonly inbox: ContextInbox;
  readonly draining = new AbortController();
  /** What was reported, in order. */
  readonly reported: string[] = [];
  readonly router: MessageRouter;
  /** What the log says of what this host can't serve. */
  readonly handedBack: string[] = [];
  readonly handBacks = new HandBacks(({ message }) => void this.handedBack.push(message));
  /** Runs of the handler, `key-nth`. */
  readonly runs: string[] = [];
  private readonly unit: UnitOfWork;

  private constructor(
    mail: TestContext,
    { react = ({ write }) => write(), retry = {}, event: taken = Sold }: LetterHostOptions,
  ) {
    const report = (message: string): void => void this.reported.push(message);
    this.unit = new UnitOfWork(mail.journal);
    this.router = new MessageRouter({
      placement: { here: ['mail'] },
      handBacks: this.handBacks,
      onError: () => undefined,
    });
    this.router.subscribe(
      { context: 'mail', subscription: 'letters', events: [taken.contract], from: 'beginning' },
      [
        {
          event: taken,
          by: 'letters',
          invoke: async (event) => {
            const { saleId: key, amount: nth } = z.object({ saleId: z.string(), amount: z.int() }).parse({ ...event });
            this.runs.push(`${key}-${nth}`);
            await react({ key, nth, write: () => this.unit.run(() => this.write(key, nth)) });
          },
        },
      ],
      { attempts: 2, initialDelayMs: 1, maxDelayMs: 2, ...retry },
    );
    const { signal: draining } = this.draining;
    this.inbox = new ContextInbox(mail.journal, { draining, report });
    this.router.useInbox('mail', this.inbox);
    this.parked = new ParkedMessages({
      journal: mail.journal,
      draining,
      report,
      failed: report,
      ...redelivery(this.router, 'mail'),
    });
  }

  static async start(mail: TestContext, options: LetterHostOptions = {}): Promise<LetterHost> {
    const host = new LetterHost(mail, options);
    await host.router.listenHere();
    return host;
  }

  /** Hands them over in one turn; ends when all are dealt with, with the first error of them. */
  async deliver(...events: readonly Envelope[]): Promise<void> {
    const { signal } = new AbortController();
    const ends = await Promise.allSettled(events.map(async (event) => this.router.deliver(event, letters, signal)));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  private async write(key: string, nth: number): Promise<void> {
    await this.unit.execute('INSERT INTO mail.letter (key, nth) VALUES ($1, $2)', [key, nth]);
  }
}

/** The letters of a context: `key-nth`, in the order in which they were written. */
export async function writtenLetters(mail: TestContext): Promise<string[]> {
  const rows = await mail.database.query(
    z.object({ letter: z.string() }),
    "SELECT key || '-' || nth AS letter FROM mail.letter ORDER BY position",
  );
  return rows.map(({ letter }) => letter);
}

/** A door that is shut until it is opened; `reached` resolves when somebody stands before it. */
export class Door {
  private readonly opening = Promise.withResolvers<void>();
  private readonly arriving = Promise.withResolvers<void>();

  get reached(): Promise<void> {
    return this.arriving.promise;
  }

  open(): void {
    this.opening.resolve();
  }

  pass(): Promise<void> {
    this.arriving.resolve();
    return this.opening.promise;
  }
}
