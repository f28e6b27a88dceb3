import { isPromise } from 'node:util/types';
import { Client, type ClientBase } from 'pg';

/** A server that took our goodbye has nothing to say to it; one that vanished never closes its side. */
const GOODBYE_MS = 1_000;

/**
 * What one of many statements that are sent as one may take of the patience: more than the wait for a lock (see
 * postgres-source.ts).
 */
const SHARE = 1 / 3;

interface Watch {
  readonly client: ClientBase;
  readonly usualMs: number | undefined;
  patienceMs: number | undefined;
  /** Queries without their answer. */
  owed: number;
  /** Statements in the largest of them: the server answers when all are done, and each may wait for a lock. */
  statements: number;
  /** When the server last had nothing to answer, or answered. */
  since: number;
  timer: NodeJS.Timeout | undefined;
  lost: Error | undefined;
  readonly onError: (error: unknown) => void;
}

const watches = new WeakMap<object, Watch>();

/**
 * Watches a new connection until it is gone:
 *
 *   quiet --a statement is sent--> owed an answer --it comes--> quiet
 *     |                                 '--none within its patience: destroyed--> lost
 *     '--the server or the network ends it--> lost
 *
 * A peer that vanished without a word (a machine without power, a firewall that forgot the connection) would else hold
 * its caller until TCP gives up, a quarter of an hour later. Destroyed, it is a broken connection like any other: every
 * statement on it fails at once, and no pool takes it back. The driver's own limit, `query_timeout`, tells its caller
 * but leaves the connection in the middle of an answer.
 * @param patienceMs how long an answer may take, in milliseconds; without it any time is fine
 * @param onError told of each error that a statement ends with, besides whoever sent it
 */
export function watchConnection(
  client: ClientBase,
  patienceMs?: number,
  onError: (error: unknown) => void = () => undefined,
): void {
  const watch: Watch = {
    client,
    usualMs: patienceMs,
    patienceMs,
    owed: 0,
    statements: 1,
    since: 0,
    timer: undefined,
    lost: undefined,
    onError,
  };
  watches.set(client, watch);
  // Also so that no error of a connection that is in use ends the process: the pool listens to idle ones only.
  client.on('error', (error) => {
    watch.lost ??= error;
  });
  const send = client.query.bind(client);
  Object.assign(client, {
    query: (...statement: Parameters<typeof send>): unknown => {
      const answer: unknown = send(...statement);
      if (isPromise(answer)) {
        owe(watch);
        // An error is an answer too; whoever asked has it.
        void answer.then(
          () => settle(watch),
          (error: unknown) => settle(watch, error),
        );
      }
      return answer;
    },
  });
  if (patienceMs === undefined || !(client instanceof Client)) return;
  const { stream } = client.connection;
  stream.once('finish', () => setTimeout(() => stream.destroy(), GOODBYE_MS).unref());
}

/**
 * Told of so many statements that are sent as one, and not awaited by the promise of `client.query`. The returned
 * function is called once, with their answer, and with the error if it is one.
 */
export function awaitAnswer(client: object, statements: number): (error?: unknown) => void {
  const watch = watches.get(client);
  if (watch === undefined) return () => undefined;
  owe(watch, statements);
  return (error) => settle(watch, error);
}

function owe(watch: Watch, statements = 1): void {
  if (watch.owed === 0) {
    watch.since = performance.now();
    watch.statements = 1;
  }
  watch.owed += 1;
  watch.statements = Math.max(watch.statements, statements);
  watch.timer ??= look(watch, watch.patienceMs);
}

function settle(watch: Watch, error?: unknown): void {
  watch.owed -= 1;
  watch.since = performance.now();
  if (error !== undefined && error !== null) watch.onError(error);
}

/**
 * One timer per connection, not per statement: thousands of statements pass while it runs, and all that each leaves is
 * the time of its answer. It looks when the first of them could be overdue, and again when the one that is owed then
 * could be.
 */
function look(watch: Watch, afterMs: number | undefined): NodeJS.Timeout | undefined {
  if (afterMs === undefined) return undefined;
  return setTimeout(() => {
    watch.timer = undefined;
    const { client, owed, since, statements } = watch;
    if (owed === 0 || watch.patienceMs === undefined) return;
    const patienceMs = watch.patienceMs * Math.max(1, statements * SHARE);
    const leftMs = since + patienceMs - performance.now();
    // Timers count whole milliseconds, the clock does not.
    if (leftMs < 1) hangUp(client, patienceMs);
    else watch.timer = look(watch, leftMs);
  }, afterMs).unref();
}

function hangUp(client: ClientBase, afterMs: number): void {
  cutConnection(
    client,
    Object.assign(new Error(`no answer from the server within ${afterMs} ms`), { code: 'ETIMEDOUT' }),
  );
}

/** Ends it now, whatever it is doing; statements on it fail with `why`. */
export function cutConnection(client: ClientBase, why?: Error): void {
  if (client instanceof Client) client.connection.stream.destroy(why);
}

/**
 * Until it is given back, an answer on this connection may take this long, in milliseconds: for a session with a longer
 * `statement_timeout`.
 */
export function answerWithin(client: object, patienceMs: number): void {
  const watch = watches.get(client);
  if (watch?.usualMs !== undefined) watch.patienceMs = patienceMs;
}

export function usualPatience(client: object): void {
  const watch = watches.get(client);
  if (watch === undefined || watch.patienceMs === watch.usualMs) return;
  watch.patienceMs = watch.usualMs;
  // It would look too late for the next holder.
  clearTimeout(watch.timer);
  watch.timer = undefined;
}

/** Whether it is in the middle of a statement: such a connection is nobody else's yet. */
export const owesAnswer = (client: object): boolean => (watches.get(client)?.owed ?? 0) > 0;

/** What the connection broke by, if it did: what the server said last, or the network. */
export const lossOf = (client: object): Error | undefined => watches.get(client)?.lost;
