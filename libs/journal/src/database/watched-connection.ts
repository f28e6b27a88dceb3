import { isPromise } from 'node:util/types';
import { Client, type PoolClient } from 'pg';

/** A server that took our goodbye has nothing to say to it; one that vanished never closes its side. */
const GOODBYE_MS = 1_000;

interface Watch {
  readonly usualMs: number | undefined;
  patienceMs: number | undefined;
  /** Statements without their answer. */
  owed: number;
  lost: Error | undefined;
}

const watches = new WeakMap<object, Watch>();

/**
 * Watches a new connection until it is gone:
 *
 *   quiet --a statement is sent--> owed an answer --it comes--> quiet
 *     |                                 '--none within its patience: destroyed--> lost
 *     '--the server or the network ends it--> lost
 *
 * A peer that vanished without a word (a machine without power, a firewall that forgot the connection) would else hold its caller
 * until TCP gives up, a quarter of an hour later. Destroyed, it is a broken connection like any other: every statement on it fails at once,
 * and no pool takes it back. The driver's own limit, `query_timeout`, tells its caller but leaves the connection in the middle of an answer.
 * @param patienceMs how long an answer may take, in milliseconds; without it any time is fine
 */
export function watchConnection(client: PoolClient, patienceMs?: number): void {
  const watch: Watch = { usualMs: patienceMs, patienceMs, owed: 0, lost: undefined };
  watches.set(client, watch);
  // Also so that no error of a connection that is in use ends the process: the pool listens to idle ones only.
  client.on('error', (error) => {
    watch.lost ??= error;
  });
  const send = client.query.bind(client);
  Object.assign(client, {
    query: (...statement: Parameters<typeof send>): unknown => {
      const answer: unknown = send(...statement);
      if (isPromise(answer)) void awaitAnswer(client, watch, answer);
      return answer;
    },
  });
  if (patienceMs === undefined || !(client instanceof Client)) return;
  const { stream } = client.connection;
  stream.once('finish', () => setTimeout(() => stream.destroy(), GOODBYE_MS).unref());
}

async function awaitAnswer(client: PoolClient, watch: Watch, answer: Promise<unknown>): Promise<void> {
  const { patienceMs } = watch;
  watch.owed += 1;
  const timer = patienceMs === undefined ? undefined : setTimeout(() => hangUp(client, patienceMs), patienceMs);
  try {
    await answer;
  } catch {
    // An error is an answer too; whoever asked has it.
  } finally {
    clearTimeout(timer);
    watch.owed -= 1;
  }
}

function hangUp(client: PoolClient, afterMs: number): void {
  cutConnection(client, Object.assign(new Error(`no answer from the server within ${afterMs} ms`), { code: 'ETIMEDOUT' }));
}

/** Ends it now, whatever it is doing; statements on it fail with `why`. */
export function cutConnection(client: PoolClient, why?: Error): void {
  if (client instanceof Client) client.connection.stream.destroy(why);
}

/** Until it is given back, an answer on this connection may take this long, in milliseconds: for a session with a longer `statement_timeout`. */
export function answerWithin(client: object, patienceMs: number): void {
  const watch = watches.get(client);
  if (watch?.usualMs !== undefined) watch.patienceMs = patienceMs;
}

export function usualPatience(client: object): void {
  const watch = watches.get(client);
  if (watch !== undefined) watch.patienceMs = watch.usualMs;
}

/** Whether it is in the middle of a statement: such a connection is nobody else's yet. */
export const owesAnswer = (client: object): boolean => (watches.get(client)?.owed ?? 0) > 0;

/** What the connection broke by, if it did: what the server said last, or the network. */
export const lossOf = (client: object): Error | undefined => watches.get(client)?.lost;
