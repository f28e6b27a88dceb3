import type { Envelope } from '@isolith/contracts';
import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { ContextInbox } from '@isolith/journal/internal';
import { openTestContext, type TestContext } from '@isolith/journal/testing';
import { eventId, MessageRouter, type SubscriptionAddress } from '@isolith/message-bus';
import type { Command } from '@nestjs/cqrs';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import type { Choreography } from '../choreography/choreography.js';
import { react, type ReactParts } from '../choreography/react.js';
import { RefusalTable } from '../choreography/refusal-table.js';
import { choreographyMigrations } from '../migrations/choreography-migrations.js';
import type { StockGone, StockLow } from './low-stock.js';

/** What a receiver did: no key keeps a second effect of one command out. */
class CreateDone implements MigrationInterface {
  readonly name = 'CreateDone1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE buying.done (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, what text NOT NULL)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE buying.done');
  }
}

const at: SubscriptionAddress = { lane: 'subscription', context: 'alerts', subscription: 'low-stock' };

/** An event of the stock; the same one each time. */
export const happened = (event: StockLow | StockGone, id: string): Envelope => ({
  specversion: '1.0',
  id,
  source: '/stock',
  type: event.type,
  time: '2026-01-01T00:00:00.000Z',
  subject: event.sku,
  kind: 'event',
  schemaversion: 1,
  correlationid: id,
  data: Object.fromEntries(Object.entries(event)),
});

/** A host of a choreography and of those that it asks: their own databases outlive it. */
export interface AlertHost {
  /** Resolves when all are dealt with: done, or parked. */
  deliver(...events: readonly Envelope[]): Promise<void>;
  /** Resolves at the moment at which it dies. */
  readonly died: Promise<void>;
}

const texts = z.object({ text: z.string() });

/**
 * The contexts `alerts`, whose choreography it is, and `buying`, which is asked, each with a database and an inbox of
 * its own.
 */
export class AlertWorld {
  private constructor(
    readonly alerts: TestContext,
    readonly buying: TestContext,
  ) {}

  static async open(): Promise<AlertWorld> {
    return new AlertWorld(
      await openTestContext({ context: 'alerts', migrations: choreographyMigrations }),
      await openTestContext({ context: 'buying', migrations: [CreateDone] }),
    );
  }

  /**
   * Starts a host that dies at its `dieAt`-th moment (before a command is sent, after its answer came, before a refusal
   * is looked up or recorded, after that; counted from 0), and with it all that it does. `answer`: what the receiver
   * thinks of a command.
   */
  async start(
    choreography: Choreography,
    dieAt = Infinity,
    answer: (command: object) => Error | undefined = () => undefined,
  ): Promise<AlertHost> {
    const died = Promise.withResolvers<void>();
    let moments = 0;
    const mortal = async <T>(work: () => Promise<T>): Promise<T> => {
      await moment();
      const settled = await work().then(
        (value) => () => value,
        (error: unknown) => (): T => {
          throw error;
        },
      );
      await moment();
      return settled();
    };
    const moment = async (): Promise<void> => {
      if (moments === dieAt) died.resolve();
      moments += 1;
      if (moments > dieAt) await new Promise<never>(() => undefined);
    };
    const router = new MessageRouter({ placement: { here: ['alerts', 'buying'] }, onError: () => undefined });
    const refusals = new RefusalTable(
      'alerts',
      new UnitOfWork(this.alerts.journal),
      new ContextDatabase(this.alerts.journal),
    );
    const parts: ReactParts = {
      // The router yields what the command's contract declares.
      execute: <R>(command: Command<R>) => mortal(async () => (await router.send(command)) as R),
      refusals: {
        count: (of) => mortal(() => refusals.count(of)),
        record: (of, count) => mortal(() => refusals.record(of, count)),
      },
    };
    const { reactions, events, retry } = choreography;
    router.subscribe(
      {
        context: 'alerts',
        subscription: 'low-stock',
        from: 'beginning',
        events: events.map(({ contract }) => contract),
      },
      events.map((event) => ({
        event,
        by: choreography.name,
        invoke: (event: object) => react(choreography, { event, eventId: eventId() }, parts),
      })),
      retry,
    );
    const commands = new Set(
      reactions.flatMap(({ send, refused }) => [send, ...(typeof refused === 'string' ? [] : [refused])]),
    );
    for (const message of commands)
      router.handle({ message, by: 'buying', invoke: (command) => this.carryOut(command, answer(command)) });
    router.useInbox('alerts', new ContextInbox(this.alerts.journal));
    router.useInbox('buying', new ContextInbox(this.buying.journal));
    await router.listenHere();
    const { signal } = new AbortController();
    const deliver = async (...all: readonly Envelope[]): Promise<void> => {
      const ends = await Promise.allSettled(all.map((event) => router.deliver(event, at, signal)));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    };
    return { died: died.promise, deliver };
  }

  /** What was done, in order. */
  async done(): Promise<readonly string[]> {
    return (await this.buying.database.query(texts, 'SELECT what AS text FROM buying.done ORDER BY position')).map(
      ({ text }) => text,
    );
  }

  /** Events that were dealt with, and those that are parked with the reason. */
  async ends(): Promise<readonly string[]> {
    const rows = await this.alerts.database.query(
      texts,
      `SELECT message_id || ' handled' AS text FROM alerts.inbox WHERE consumer = 'low-stock'
       UNION ALL SELECT message_id || ' parked: ' || coalesce(problem_type || ', ' || problem_detail, 'behind another') FROM alerts.parked_message ORDER BY text`,
    );
    return rows.map(({ text }) => text);
  }

  async clear(): Promise<void> {
    await this.alerts.unit.run(() =>
      this.alerts.unit.execute(
        'TRUNCATE alerts.inbox, alerts.parked_message, alerts.parked_sequence, alerts.failing_event, alerts.choreography_refusal',
      ),
    );
    await this.buying.unit.run(() => this.buying.unit.execute('TRUNCATE buying.inbox, buying.done'));
  }

  async close(): Promise<void> {
    await this.alerts.close();
    await this.buying.close();
  }

  private async carryOut(command: object, refusal: Error | undefined): Promise<void> {
    if (refusal !== undefined) throw refusal;
    const { sku } = z.object({ sku: z.string() }).parse({ ...command });
    const unit = new UnitOfWork(this.buying.journal);
    await unit.run(() =>
      unit.execute('INSERT INTO buying.done (what) VALUES ($1)', [`${command.constructor.name} ${sku}`]),
    );
  }
}
