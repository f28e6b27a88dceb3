import { AssertionError } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Envelope } from '@isolith/contracts';
import type { Address, Delivery, Listening, SubscriptionAddress, Transport } from '../transport/transport.js';
import { answerTo, commandEnvelope, eventEnvelope } from './envelopes.js';
import type { Faults } from './faults.js';
import type { OpenTransport } from './transport-factory.js';

/** How a promise ended: with a value, or with an error. */
export type Settled<T> =
  | { readonly value: T; readonly error?: never }
  | { readonly error: unknown; readonly value?: never };

/** Lets through once it is open. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

interface RequestWay {
  readonly to?: Address;
  readonly signal?: AbortSignal;
  readonly by?: Transport;
}

/** What one run of one obligation works with: a transport, fresh addresses, and waits that end. */
export class Trial {
  readonly transport: Transport;
  readonly another: (() => Promise<Transport>) | undefined;
  /** A name that no run before used: a broker may still have what it kept for others. */
  readonly context = `kit-${randomUUID().replaceAll('-', '').replace(/^\d/, 'a')}`;
  readonly requests: Address = { lane: 'requests', context: this.context };
  readonly queries: Address = { lane: 'queries', context: this.context };
  private readonly faults: Faults;
  private readonly gates: Gate[] = [];
  private readonly endsAt: number;

  constructor(
    opened: OpenTransport,
    readonly patienceMs: number,
  ) {
    this.transport = opened.transport;
    this.another = opened.another?.bind(opened);
    this.faults = opened.faults ?? {};
    this.endsAt = Date.now() + patienceMs;
  }

  subscription(subscription: string, context = this.context): SubscriptionAddress {
    return { lane: 'subscription', context, subscription };
  }

  /** A fault that the obligation names among its needs. */
  fault<N extends keyof Faults>(name: N): NonNullable<Faults[N]> {
    const fault = this.faults[name];
    if (!fault) throw new TypeError(`the obligation uses ${name} and does not say that it needs it`);
    return fault;
  }

  /** A second host; for obligations that need `another`. */
  async secondHost(): Promise<Transport> {
    if (this.another === undefined)
      throw new TypeError('the obligation uses another host and does not say that it needs one');
    return this.another();
  }

  /** Sends a command with this data to the trial's request lane. */
  request(
    data: unknown,
    { to = this.requests, signal = new AbortController().signal, by = this.transport }: RequestWay = {},
  ): Promise<Envelope> {
    return by.request(commandEnvelope(this.context, data), to, signal);
  }

  /** Sends each of the events once, in one turn; ends when all sends have, with the first error of them. */
  async send(
    events: readonly Envelope[],
    to: Address,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<void> {
    const sends = await Promise.allSettled(events.map(async (event) => this.transport.send(event, to, signal)));
    const failed = sends.find((send) => send.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /**
   * Sends all of a subject in one turn, and what was refused of it again, in order, until nothing is left. That the
   * later ones wait for a refused one is up to the transport: a sender that waited itself would show nothing of it.
   */
  async sendUntilTaken(events: readonly Envelope[], to: Address): Promise<void> {
    const bySubject = Map.groupBy(events, ({ subject }) => subject ?? Symbol('none'));
    await Promise.all([...bySubject.values()].map((inOrder) => this.untilTaken(inOrder, to)));
  }

  private async untilTaken(inOrder: readonly Envelope[], to: Address): Promise<void> {
    for (let left = inOrder; ;) {
      const sends = await Promise.all(left.map((event) => this.settled('a send', this.send([event], to))));
      left = left.filter((_, nth) => 'error' in (sends[nth] ?? {}));
      const refused = sends.find((sent) => 'error' in sent);
      if (refused === undefined) return;
      if (Date.now() >= this.endsAt) throw refused.error;
      await turn();
    }
  }

  /** Does what a caller owes: asks again until somebody answers. */
  async askUntilAnswered(data: unknown, way: RequestWay = {}): Promise<unknown> {
    for (;;) {
      const asked = await this.settled('a request', this.request(data, way));
      if (!('error' in asked)) return asked.value.data;
      if (Date.now() >= this.endsAt) throw asked.error;
      await turn();
    }
  }

  event(subject: string | undefined, data: unknown): Envelope {
    return eventEnvelope(this.context, subject, data);
  }

  /** Listens and answers with what `answer` makes of the data; nothing crosses as null. */
  serve(at: Address, answer: (data: unknown) => unknown, by = this.transport): Promise<Listening> {
    return by.listen(at, async (delivery) =>
      delivery.reply(answerTo(delivery.envelope, (await answer(delivery.envelope.data)) ?? null)),
    );
  }

  /** Listens and keeps what arrives, in the order of arrival. */
  async collect(
    at: Address,
    on: (delivery: Delivery) => Promise<void> = async () => undefined,
    by = this.transport,
  ): Promise<{ readonly arrived: unknown[]; readonly listening: Listening }> {
    const arrived: unknown[] = [];
    const listening = await by.listen(at, async (delivery) => {
      arrived.push(delivery.envelope.data);
      await on(delivery);
    });
    return { arrived, listening };
  }

  /** A gate that opens at the end of the trial at the latest, so that no handler stays behind. */
  gate(): Gate {
    const { promise, resolve } = Promise.withResolvers<void>();
    const gate: Gate = { opened: promise, open: resolve };
    this.gates.push(gate);
    return gate;
  }

  /** Resolves once the condition holds; rejects, naming what was waited for, when the patience is over. */
  async until(what: string, condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (Date.now() >= this.endsAt) throw new AssertionError({ message: `waited in vain: ${what}` });
      await turn();
    }
  }

  /** Resolves once the condition, which has to ask somebody, holds. */
  async eventually(what: string, condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) {
      if (Date.now() >= this.endsAt) throw new AssertionError({ message: `waited in vain: ${what}` });
      await turn();
    }
  }

  /** How a promise ended; rejects, naming it, when it doesn't within the patience. */
  async settled<T>(what: string, promise: Promise<T>): Promise<Settled<T>> {
    const state = watch(promise);
    await this.until(`${what} ends`, () => state.settled !== undefined);
    return state.settled ?? { error: new AssertionError({ message: `${what} did not end` }) };
  }

  /** Opens what is still closed. */
  end(): void {
    for (const gate of this.gates) gate.open();
  }
}

export interface Watched<T> {
  readonly settled: Settled<T> | undefined;
  readonly pending: boolean;
}

/** Looks at a promise without waiting for it; its rejection counts as seen. */
export function watch<T>(promise: Promise<T>): Watched<T> {
  const state: { settled: Settled<T> | undefined; pending: boolean } = { settled: undefined, pending: true };
  const settle = (settled: Settled<T>): void => void Object.assign(state, { settled, pending: false });
  promise.then(
    (value) => settle({ value }),
    (error: unknown) => settle({ error }),
  );
  return state;
}

/** What arrived, each once, in the order of the first arrival: what may come again comes at least once. */
export const firsts = (arrived: readonly unknown[]): readonly unknown[] => [...new Set(arrived)];

/** An error as a message of an assertion names it. */
export const said = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error);

/** Gives everything that is ready to run the chance to. */
export async function turns(count: number): Promise<void> {
  for (let nth = 0; nth < count; nth += 1) await turn();
}
