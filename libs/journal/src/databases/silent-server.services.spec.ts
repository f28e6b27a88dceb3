import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OutcomeUnknownError, OverloadedError } from '@isolith/contracts';
import { requireScope, runAs } from '@isolith/message-bus';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { z } from 'zod';
import { contextJournal, ContextDatabase, journalMigrations, UnitOfWork } from '../index.js';
import { Databases } from '@isolith/postgres';
import { createServerDatabase, SilentDoor } from '@isolith/postgres/testing';
import { lossOf } from '@isolith/postgres/internal';
import { CreateSale, Sold } from '../testing/sample-sales.js';

/** Longer than a machine that is busy keeps a statement waiting: what speaks must never be taken for silent. */
const ANSWER_MS = 1_500;
const WAIT_MS = 2_000;
const POOL = 3;

/** A statement that takes longer than others may: other hosts' migrations do. */
class Slow1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SELECT pg_sleep(${(2 * ANSWER_MS) / 1000})`);
  }
  async down(): Promise<void> {
    // Nothing to take back.
  }
}

const spec = { context: 'sales', entities: [], migrations: [...journalMigrations, CreateSale, Slow1700000000002] };
let place: Awaited<ReturnType<typeof createServerDatabase>>;
let door: SilentDoor;
let databases: Databases;
let source: DataSource;
let unit: UnitOfWork;
let reads: ContextDatabase;
let witnesses: Databases;
/** Sees the database past the door. */
let witness: DataSource;
/** Those that this process opened through the door. */
const sockets = new Set<Socket>();
const opened = (message: unknown): void => {
  if (typeof message === 'object' && message !== null && 'socket' in message && message.socket instanceof Socket)
    sockets.add(message.socket);
};

beforeAll(async () => {
  place = await createServerDatabase();
  witnesses = new Databases({ targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: 1 }) });
  witness = await witnesses.open(spec);
});
beforeEach(async () => {
  door = await SilentDoor.before(place.url);
  const url = door.url(place.url);
  databases = new Databases({
    targetOf: () => ({ kind: 'postgres', url, poolSize: POOL }),
    answerMs: ANSWER_MS,
    waitMs: WAIT_MS,
  });
  source = await databases.open(spec);
  const journal = contextJournal({ context: 'sales' }, async () => source);
  unit = new UnitOfWork(journal);
  reads = new ContextDatabase(journal);
  await witness.query('TRUNCATE sales.sale');
});
afterEach(async () => {
  await databases.close();
  await door.close();
});
afterAll(async () => {
  await witnesses.close();
  await place.drop();
});

const sell = (id: string) => unit.execute('INSERT INTO sales.sale (id, amount) VALUES ($1, 1)', [id]);
const inUnit = (work: () => Promise<void>) => runAs('sales', () => unit.run(work));
const read = () => reads.query(z.object({ id: z.string() }), 'SELECT id FROM sales.sale ORDER BY id');
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
const soldAll = async () =>
  z
    .array(z.object({ id: z.string() }))
    .parse(await witness.query('SELECT id FROM sales.sale'))
    .map(({ id }) => id);

describe('a server that falls silent without closing anything', () => {
  it('before the commit: the unit has lost its connection, waits once and sends no ROLLBACK after it', async () => {
    const began = performance.now();
    const error = await thrownBy(
      inUnit(async () => {
        await sell('a');
        door.silence();
        await sell('b');
      }),
    );
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    expect(error).toMatchObject({
      retryable: true,
      message: expect.stringContaining('was lost or could not be made (ETIMEDOUT)'),
    });
    expect(performance.now() - began).toBeLessThan(2 * ANSWER_MS);
    door.speak();
    await inUnit(async () => void (await sell('c')));
    expect(await soldAll()).toEqual(['c']);
  });

  it.each([
    ['everything', []],
    ['answers', ['a']],
  ] as const)('during the commit, %s lost: nobody knows whether it was committed', async (what, there) => {
    const error = await thrownBy(
      inUnit(async () => {
        await sell('a');
        door.silence(what);
      }),
    );
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    expect(error).toMatchObject({ message: expect.stringContaining('while a unit of work was committed') });
    expect(await soldAll()).toEqual(there);
  });

  it('costs no caller more than its patience; connections that work come by themselves, and none stays open', async () => {
    const ours = (socket: Socket): boolean =>
      socket.remotePort === Number(new URL(door.url(place.url)).port) || socket.destroyed;
    subscribe('net.client.socket', opened);
    await databases.close();
    const url = door.url(place.url);
    databases = new Databases({
      targetOf: () => ({ kind: 'postgres', url, poolSize: POOL }),
      answerMs: ANSWER_MS,
      waitMs: WAIT_MS,
    });
    source = await databases.open(spec);
    // All of them connected and idle.
    await Promise.all(Array.from({ length: POOL }, () => source.query('SELECT pg_sleep(0.05)::text')));
    door.silence();
    // The first ones sit in silence, the next wait for them and then for connections that can't be made.
    const errors = await Promise.all(Array.from({ length: 4 * POOL }, () => thrownBy(read())));
    expect(
      errors.filter((error) => !(error instanceof OutcomeUnknownError || error instanceof OverloadedError)),
    ).toEqual([]);
    expect(await databases.health()).toEqual([{ context: 'sales', ok: false, detail: expect.any(String) }]);
    door.speak();
    while ((await thrownBy(read())) !== undefined) await new Promise(setImmediate);
    await Promise.all(Array.from({ length: 4 * POOL }, read));
    expect(await databases.health()).toEqual([{ context: 'sales', ok: true }]);

    // Closing in silence: goodbyes that nobody hears hold no process.
    door.silence();
    const inUse = thrownBy(read());
    await databases.close();
    expect(await inUse).toBeDefined();
    unsubscribe('net.client.socket', opened);
    const through = [...sockets].filter(ours);
    expect(through.length).toBeGreaterThan(POOL);
    while (!through.every(({ destroyed }) => destroyed)) await new Promise(setImmediate);
  });

  it('is found out by the wait for a new connection', async () => {
    const strangers = new Databases({
      targetOf: () => ({ kind: 'postgres', url: door.url(place.url), poolSize: 1 }),
      waitMs: WAIT_MS,
    });
    door.silence();
    await expect(strangers.open(spec)).rejects.toThrow(
      /Connection terminated due to connection timeout|timeout expired/,
    );
    await strangers.close();
  });
});

describe('a unit that stays open for longer than the server allows', () => {
  it.each([
    ['a statement', () => sell('b')],
    ['the ORM', () => unit.manager.query(`INSERT INTO sales.sale VALUES ('b', 1)`)],
    ['the commit', async () => undefined],
  ])('is told at once with %s, with an error that says to try again', async (_way, next) => {
    const error = await thrownBy(
      inUnit(async () => {
        await sell('a');
        const client: object = await unit.manager.queryRunner?.connect();
        await unit.execute('SET LOCAL idle_in_transaction_session_timeout = 50');
        while (lossOf(client) === undefined) await new Promise(setImmediate);
        await next();
      }),
    );
    expect(error).toBeInstanceOf(OverloadedError);
    expect(error).toMatchObject({ retryable: true, message: expect.stringContaining('stayed open for too long') });
    expect(await soldAll()).toEqual([]);
    await inUnit(async () => void (await sell('c')));
  });
});

describe('a last statement that waits too long for a lock', () => {
  it('leaves nothing, and is an error that says to try again', async () => {
    const error = await witness.transaction(async (manager) => {
      await manager.query('LOCK TABLE sales.journal IN EXCLUSIVE MODE');
      return thrownBy(
        inUnit(async () => {
          await sell('a');
          await unit.execute('SET LOCAL lock_timeout = 50');
          requireScope().unit?.append(new Sold({ saleId: 'a', amount: 1 }));
        }),
      );
    });
    expect(error).toBeInstanceOf(OverloadedError);
    expect(error).toMatchObject({ retryable: true, message: expect.stringContaining('nothing was changed') });
    expect(await soldAll()).toEqual([]);
  });
});
