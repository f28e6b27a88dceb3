import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { contractOf, type Envelope, IsolithError, type Principal } from '@isolith/contracts';
import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { type DispatchOptions, MessageRouter, runAs, runInScope, withOptions } from '@isolith/message-bus';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { type Command, CommandBus, type Query, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { OriginalErrors } from './original-errors.js';

const DELIVERED_WITHIN_MS = 10_000;
/** Between two attempts to deliver, of which a fault had the first. */
const AGAIN_AFTER_MS = 5;

const recordedRow = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });
/** An event as the journal has it. */
export type RecordedFact = z.output<typeof recordedRow>;

interface Parts {
  readonly context: string;
  readonly schema: string;
  readonly host: INestApplicationContext;
  /** Of the context's own module, where its UnitOfWork and ContextDatabase are. */
  readonly module: INestApplicationContext;
  readonly close: () => Promise<void>;
}

/** A context as it runs in a host, on a database of its own. Close it after use. */
export class ContextUnderTest {
  readonly #parts: Parts;
  readonly #originals = new OriginalErrors();

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.host.get(MessageRouter, { strict: false }).alsoTell(this.#originals.note);
  }

  /**
   * Sends a command on behalf of somebody; with `{ id }` a repetition is the same command.
   * @throws what it ends with, as its sender in production sees it; but a HandlerError has what the handler threw as
   *   its `cause`
   */
  send<R>(command: Command<R>, as: Principal, options: DispatchOptions = {}): Promise<R> {
    const bus = this.#parts.host.get(CommandBus, { strict: false });
    return this.#by(as, () => bus.execute(withOptions(command, options)));
  }

  /** As `send`, for a query. */
  ask<R>(query: Query<R>, as: Principal): Promise<R> {
    const bus = this.#parts.host.get(QueryBus, { strict: false });
    return this.#by(as, () => bus.execute(query));
  }

  /**
   * Hands an event of another context to a subscription, once; with the same id it is a redelivery. Resolves when it
   * was handled, or parked after its attempts.
   * @throws {TypeError} for what is no event with a contract
   */
  async deliver(subscription: string, event: object, id: string = randomUUID()): Promise<void> {
    const contract = contractOf(event);
    if (contract?.kind !== 'event') throw new TypeError('only an event that has a contract can be delivered');
    const data: Readonly<Record<string, unknown>> = { ...event };
    const envelope = {
      specversion: '1.0',
      id,
      source: `/${contract.context}`,
      type: contract.name,
      time: new Date().toISOString(),
      subject: String(data[contract.key]),
      kind: 'event',
      schemaversion: contract.version,
      correlationid: id,
      data,
    } as const;
    await this.#relay(envelope, subscription);
  }

  /** What the context has recorded, in order; of one key where it is given. */
  recorded(key?: string): Promise<readonly RecordedFact[]> {
    return this.read(
      recordedRow,
      `SELECT type, data FROM ${this.#parts.schema}.journal WHERE $1::text IS NULL OR key = $1 ORDER BY position`,
      [key ?? null],
    );
  }

  /** Reads the context's rows. */
  read<S extends z.ZodType>(row: S, sql: string, params: readonly unknown[] = []): Promise<readonly z.output<S>[]> {
    const database = this.#parts.module.get(ContextDatabase, { strict: false });
    return this.run(() => database.query(row, sql, params));
  }

  /** Writes what no command would; resolves with how many rows it affected. */
  write(sql: string, params: readonly unknown[] = []): Promise<number> {
    const unit = this.#parts.module.get(UnitOfWork, { strict: false });
    return this.run(() => unit.run(() => unit.execute(sql, params)));
  }

  /** Runs work as the context, as a seed or a timer of it does. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return runAs(this.#parts.context, work);
  }

  /** A provider, of the context's module or of a stand-in. */
  get<T>(token: Type<T> | string | symbol): T {
    return this.#parts.host.get<T>(token, { strict: false });
  }

  close(): Promise<void> {
    return this.#parts.close();
  }

  #by<T>(principal: Principal, work: () => Promise<T>): Promise<T> {
    const correlationId = randomUUID();
    return this.#originals.during(correlationId, () =>
      runInScope({ context: principal.service, principal, correlationId }, work),
    );
  }

  /** As a relay does: again, until somebody has taken it. */
  async #relay(event: Envelope, subscription: string): Promise<void> {
    const router = this.#parts.host.get(MessageRouter, { strict: false });
    const signal = AbortSignal.timeout(DELIVERED_WITHIN_MS);
    for (;;)
      try {
        return await router.deliver(
          event,
          { lane: 'subscription', context: this.#parts.context, subscription },
          signal,
        );
      } catch (error) {
        if (!(error instanceof IsolithError) || !error.retryable || signal.aborted) throw error;
        await pause(AGAIN_AFTER_MS);
      }
  }
}
