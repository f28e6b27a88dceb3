import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import { Client, type ClientConfig, type Notification } from 'pg';
import { z } from 'zod';
import { connectionOf, pinSession } from '@isolith/postgres/internal';
import { backoffMs } from './backoff.js';
import type { Announcement, Replicas } from './replicas.js';
import type { Report } from '../subscriptions/subscriber.js';
import { WakeUp } from './wake-up.js';

const CHANNEL = 'isolith_journal';
/** Notifications go out at most this often, whatever happens meanwhile in one. */
const GAP_MS = 10;
/** Contexts that one notification names: PostgreSQL takes 8,000 bytes, and a name has at most 63. */
const NAMES = 50;
/** How long the server may take to answer, and how long a silent connection is trusted. */
const ANSWER_MS = 5_000;
const SILENT_MS = 15_000;

const payload = z.object({ from: z.string(), committed: z.array(z.string()), released: z.array(z.string()) });

/**
 * Tells the other hosts on a PostgreSQL database by NOTIFY, never in a transaction that writes: what is committed there
 * has to wait for one lock of the whole server. Here it is a connection of its own, which also listens.
 *
 *   connecting --> listening --told something--> sending, then quiet for 10 ms --> listening
 *       '--fails--'    '--breaks, or doesn't answer--> pausing (backoff) --> connecting
 *   any --close--> closed
 *
 * What is told while there is no connection waits, as names of contexts and no more. After a reconnection everybody is
 * rung: something may have been missed. Keeps no process alive, and nothing that fails here fails anything else.
 */
export class PostgresReplicas implements Replicas {
  private readonly from = randomUUID();
  private readonly listeners = new Map<string, Set<(news: Announcement) => void>>();
  private readonly pending: Readonly<Record<Announcement, Set<string>>> = { committed: new Set(), released: new Set() };
  private readonly wakeUp = new WakeUp();
  private loop: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly server: string | ClientConfig,
    private readonly report: Report,
  ) {}

  /** Begins to connect, and goes on until `close`. */
  open(): void {
    this.loop = this.live();
  }

  tell(context: string, news: Announcement): void {
    this.pending[news].add(context);
    this.wakeUp.ring();
  }

  onNews(context: string, listener: (news: Announcement) => void): () => void {
    const listeners = this.listeners.get(context) ?? new Set();
    const bound = AsyncLocalStorage.bind(listener);
    this.listeners.set(context, listeners.add(bound));
    return () => void listeners.delete(bound);
  }

  /** Tells what is still to be told, if there is a connection, and ends it. */
  async close(): Promise<void> {
    this.closed = true;
    this.wakeUp.ring();
    await this.loop;
  }

  private async live(): Promise<void> {
    for (let failures = 0; !this.closed;) {
      try {
        await this.connected(() => {
          failures = 0;
        });
      } catch (error) {
        failures += 1;
        // Once per outage: it costs a second of latency, nothing more.
        if (failures === 1 && !this.closed)
          this.report('other hosts are not told of commits for now, and find them by looking', error);
        const until = performance.now() + backoffMs(failures);
        while (!this.closed && performance.now() < until) await this.wakeUp.wait(until - performance.now());
      }
    }
  }

  private async connected(onListening: () => void): Promise<void> {
    const client = new Client({
      application_name: 'isolith wake-ups',
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      ...(typeof this.server === 'string' ? connectionOf(this.server) : this.server),
    });
    let lost: Error | undefined;
    client.on('error', (error) => {
      lost = error;
      this.wakeUp.ring();
    });
    client.on('notification', (notification) => this.heard(notification));
    try {
      const connecting = client.connect();
      unref(client);
      await connecting;
      // With TLS it is another socket by now.
      unref(client);
      await pinSession(client, true);
      await client.query(`LISTEN ${CHANNEL}`);
      onListening();
      for (const context of this.listeners.keys()) this.pass('committed', context);
      while (!this.closed) {
        if (lost !== undefined) throw lost;
        if (await this.send(client)) continue;
        await this.wakeUp.wait(SILENT_MS);
        if (this.hasNothingToSay) await stillPrimary(client);
      }
      while (await this.send(client));
    } finally {
      // A server that does not answer gets no goodbye either.
      await Promise.race([client.end(), new Promise((resolve) => setTimeout(resolve, ANSWER_MS).unref())]);
    }
  }

  /** Sends one notification, if there is something to tell, and is quiet for a while. */
  private async send(client: Client): Promise<boolean> {
    if (this.hasNothingToSay) return false;
    const committed = take(this.pending.committed);
    const released = take(this.pending.released);
    try {
      await client.query('SELECT pg_notify($1, $2)', [
        CHANNEL,
        JSON.stringify({ from: this.from, committed, released }),
      ]);
    } catch (error) {
      for (const context of committed) this.pending.committed.add(context);
      for (const context of released) this.pending.released.add(context);
      throw error;
    }
    // Whoever tells something meanwhile shares the next one.
    if (!this.closed) await new Promise((resolve) => setTimeout(resolve, GAP_MS).unref());
    return true;
  }

  private get hasNothingToSay(): boolean {
    return this.pending.committed.size + this.pending.released.size === 0;
  }

  private heard({ payload: text = '' }: Notification): void {
    const { success, data } = payload.safeParse(parsed(text));
    if (!success) {
      // Of a host of another version, perhaps: something has happened somewhere.
      for (const context of this.listeners.keys()) this.pass('committed', context);
    } else if (data.from !== this.from) {
      for (const context of data.committed) this.pass('committed', context);
      for (const context of data.released) this.pass('released', context);
    }
  }

  private pass(news: Announcement, context: string): void {
    for (const listener of this.listeners.get(context) ?? []) listener(news);
  }
}

/** @throws Error when the server takes no writes any more: then nobody commits there, and nobody tells of commits. */
async function stillPrimary(client: Client): Promise<void> {
  const { rows } = await client.query<{ read_only: string }>(
    `SELECT current_setting('transaction_read_only') AS read_only`,
  );
  if (rows[0]?.read_only === 'on') throw new Error('the database takes no writes');
}

function unref({ connection: { stream } }: Client): void {
  if (stream instanceof Socket) stream.unref();
}

function take(names: Set<string>): string[] {
  const taken = [...names].slice(0, NAMES);
  for (const name of taken) names.delete(name);
  return taken;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
