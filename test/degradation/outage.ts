import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { shop as application } from '../../src/shop.js';
import type { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import type { Cell } from './degradation-table.js';
import { effects, isGivenUp, isTurnedDown } from './effects.js';
import type { Part } from './parts.js';
import type { Prepared } from './prepared.js';
import type { Told } from './told.js';

/**
 * An answer comes within this, from when it is known that the part is away, all routes asked at once and on machines
 * that are busy with other things, too: half of the deadline of a call, so nobody has waited for what is away.
 */
export const ANSWERED_WITHIN_MS = 5_000;
/** A call of before may wait for its deadline; then it is asked again. */
const MOST_TIMES_ASKED = 5;
/** How long a look waits for an answer that may come at its deadline. */
const LOOK_MS = 1_500;

const problem = z.object({ type: z.string() });
const unreachable = z.object({ unreachable: z.array(z.unknown()).min(1) });
const NOBODY = '00000000-0000-4000-8000-000000000000';
/** A question for each context. */
const LOOKED_AT: Readonly<Record<string, string>> = {
  users: '/v1/users/me',
  products: '/v1/products',
  inventory: '/v1/inventory/NONE',
  payments: `/v1/payments/${NOBODY}`,
  shipments: `/v1/shipments/${NOBODY}`,
  notifications: '/v1/notifications',
  orders: '/v1/orders',
  assistant: '/v1/assistant/conversations',
};

function lookedAt(context: string): string {
  const path = LOOKED_AT[context];
  if (path === undefined) throw new Error(`nothing says where to look for ${context}`);
  return path;
}

interface Seen extends Cell {
  readonly body: unknown;
  readonly ms: number;
}

/** Whether it is to be asked again: not what is done, since who has signed out can't sign out once more. */
const isUnsettled = (route: string, { ms, status }: Seen): boolean =>
  ms > ANSWERED_WITHIN_MS && (status >= 500 || route.startsWith('GET '));

/** What each route answers while a part is down, and what comes of it. */
export class Outage {
  readonly #seen = new Map<string, Seen>();

  constructor(
    private readonly admin: Client,
    private readonly prepared: Prepared,
    private readonly told: Told,
  ) {}

  /** Resolves when who asks for what is away is told so at once. */
  async untilKnown(part: Part): Promise<void> {
    const away =
      part.what === 'context' || part.what === 'database'
        ? [part.context]
        : part.what === 'broker' || part.what === 'databases'
          ? application.names
          : [];
    await Promise.all(away.map((context) => this.#untilRefused(lookedAt(context))));
  }

  /** Resolves when every context answers again. */
  async untilWhole(): Promise<void> {
    await Promise.all(
      Object.entries(LOOKED_AT).map(([context, path]) =>
        eventually(
          `${context} answers`,
          () => this.admin.get(path),
          ({ status }) => status < 500,
        ),
      ),
    );
  }

  async #untilRefused(path: string): Promise<void> {
    await eventually(
      `${path} is refused at once`,
      () =>
        this.admin.get(path, { signal: AbortSignal.timeout(LOOK_MS) }).then(
          ({ status }) => status,
          () => 0,
        ),
      (status) => status >= 500,
    );
  }

  /** Asks each route, all at once. */
  async ask(routes: readonly string[]): Promise<void> {
    await Promise.all(
      routes.map(async (route) => {
        let seen = await this.#ask(route, randomUUID());
        // Anew: of one that was on its way when the part was found to be away nobody can say what became of it.
        for (let times = 1; isUnsettled(route, seen) && times < MOST_TIMES_ASKED; times += 1)
          seen = await this.#ask(route, randomUUID());
        this.#seen.set(route, seen);
      }),
    );
  }

  async #ask(route: string, key: string): Promise<Seen> {
    const [method = '', path = ''] = route.split(' ');
    const { samples, leaving } = this.prepared;
    const client = route === 'DELETE /v1/sessions' ? leaving : this.admin;
    const sent = await samples.bodyOf(route);
    const began = performance.now();
    const { status, body } = await client.call(method, samples.urlOf(path), sent, {
      headers: {
        'idempotency-key': key,
        // Its protocol asks for both, of every request.
        ...(path === '/mcp' ? { accept: 'application/json, text/event-stream' } : {}),
      },
    });
    const ms = performance.now() - began;
    const { data } = problem.safeParse(body);
    return {
      status,
      ...(status >= 400 && data !== undefined ? { type: data.type } : {}),
      ...(unreachable.safeParse(body).success ? { mark: 'partial' } : {}),
      body,
      ms,
    };
  }

  /** Of each route, without what it does later. */
  answers(): ReadonlyMap<string, Cell & { readonly ms: number }> {
    return new Map([...this.#seen].map(([route, { body: _, ...cell }]) => [route, cell]));
  }

  /** What was accepted and follows from it while the part is down; of what is marked nothing has come about yet. */
  async untilDone(wanted: ReadonlyMap<string, Cell>): Promise<void> {
    await Promise.all(
      this.#accepted().map(async ([route, body]) => {
        const mark = wanted.get(route)?.mark;
        if (mark === 'rejected') return eventually(`${route} is given up`, () => this.#has(isGivenUp, body), Boolean);
        if (mark !== undefined) return this.#requireNotYet(route, body);
        await eventually(`${route} is done`, () => this.#has(effects[route], body), Boolean);
      }),
    );
  }

  /** What was to be done later is done, and what was to be turned down is turned down. */
  async untilMadeUpFor(wanted: ReadonlyMap<string, Cell>): Promise<void> {
    await Promise.all(
      this.#accepted().map(async ([route, body]) => {
        const mark = wanted.get(route)?.mark;
        if (mark === 'later') await eventually(`${route} is done`, () => this.#has(effects[route], body), Boolean);
        if (mark === 'rejected')
          await eventually(`${route} is turned down`, () => this.#has(isTurnedDown, body), Boolean);
      }),
    );
  }

  #accepted(): readonly (readonly [string, unknown])[] {
    return [...this.#seen].flatMap(([route, { status, body }]) =>
      status < 300 && effects[route] !== undefined ? [[route, body] as const] : [],
    );
  }

  async #requireNotYet(route: string, body: unknown): Promise<void> {
    if (await this.#has(effects[route], body)) throw new Error(`${route} is done while the part is down`);
  }

  async #has(effect: (typeof effects)[string] | undefined, body: unknown): Promise<boolean> {
    const { admin, told, prepared } = this;
    const none = async (): Promise<boolean> => false;
    // What can't be seen now has not been seen.
    return Promise.race([
      (effect ?? none)({ admin, told, prepared, body }).catch(() => false),
      pause(LOOK_MS, false, { ref: false }),
    ]);
  }
}
