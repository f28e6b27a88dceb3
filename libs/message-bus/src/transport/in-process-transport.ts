import { NotDeliveredError, OutcomeUnknownError, OverloadedError, type Envelope } from '@isolith/contracts';
import { HandedBackError } from './handed-back.js';
import { NobodyHereError } from './nobody-here.js';
import {
  addressName,
  type Address,
  type Delivery,
  type Listening,
  type Transport,
  type TransportCapabilities,
} from './transport.js';

interface Listener {
  readonly on: (delivery: Delivery) => Promise<void>;
  /** What is in hand: deliveries that run, and events that wait for one of their subject. */
  readonly running: Set<Promise<void>>;
  /** The last delivery of each subject that has one in hand: the next of that subject waits for it. */
  readonly tails: Map<string, Promise<void>>;
  stopped: boolean;
}

/**
 * Carries envelopes by function call. There is no medium that could take responsibility, so `send` resolves when the
 * listener has dealt with the event and rejects when it rejected it, with what it rejected with: the sender still has
 * it and sends it again.
 */
export class InProcessTransport implements Transport {
  readonly capabilities: TransportCapabilities;
  private readonly listeners = new Map<string, Listener>();
  /** Ends each wait that is going on: of requests, of sends, of listeners that stop. */
  private readonly waits = new Set<() => void>();
  private closed = false;

  constructor({ maxInFlight = 4_096 }: { maxInFlight?: number } = {}) {
    this.capabilities = { durable: false, redelivers: false, sharesAddresses: false, maxInFlight };
  }

  async send(event: Envelope, to: Address, signal: AbortSignal): Promise<void> {
    const listener = this.listenerAt(to, signal);
    let started = false;
    const handOver = (envelope: Envelope): Promise<void> => {
      if (signal.aborted || listener.stopped)
        throw new NotDeliveredError(`given up before ${envelope.type} was handed to ${addressName(to)}`);
      started = true;
      return listener.on({
        envelope,
        redelivered: false,
        reply: () => Promise.reject(new Error(`${envelope.type} is an event; it has no answer`)),
      });
    };
    const handled = this.enqueue(listener, event, handOver);
    await new Promise<void>((resolve, reject) => {
      const settled = this.wait(signal, () => {
        reject(
          started
            ? new OutcomeUnknownError(`${addressName(to)} did not finish an event in time`)
            : new NotDeliveredError(`given up before ${addressName(to)} took an event`),
        );
      });
      void handled.then(resolve, reject).finally(settled);
    });
  }

  request(envelope: Envelope, to: Address, signal: AbortSignal): Promise<Envelope> {
    return new Promise((resolve, reject) => {
      const listener = this.listenerAt(to, signal);
      // Whichever comes first settles the promise: the answer, the end of a handler that gave none, the caller's abort,
      // the end of the transport. A handler that still runs then goes on; its effects count, nobody waits for its
      // answer.
      let answered = false;
      const settled = this.wait(signal, () =>
        reject(new OutcomeUnknownError(`no answer from ${addressName(to)} to ${envelope.type} in time`)),
      );
      const endedWithout = (how: string) => (): void => {
        settled();
        if (!answered) reject(new OutcomeUnknownError(`${addressName(to)} ${how} ${envelope.type}`));
      };
      const brokeOff = endedWithout('broke off while it handled');
      const reply = async (answer: Envelope): Promise<void> => {
        if (answered) throw new Error(`${envelope.type} was answered twice`);
        answered = true;
        settled();
        resolve(answer);
      };
      const handle = async (): Promise<void> => listener.on({ envelope, redelivered: false, reply });
      void this.track(listener, handle()).then(endedWithout('ended without an answer to'), (error: unknown) => {
        if (!(error instanceof HandedBackError)) return brokeOff();
        settled();
        // There is no other listener that it could go to.
        reject(new NotDeliveredError(`${addressName(to)} can't serve ${envelope.type}: ${error.message}`));
      });
    });
  }

  async listen(at: Address, on: (delivery: Delivery) => Promise<void>): Promise<Listening> {
    const name = addressName(at);
    if (this.closed) throw new NotDeliveredError(`the transport is closed; nobody can listen at ${name}`);
    if (this.listeners.has(name)) throw new Error(`somebody listens at ${name} already`);
    const listener: Listener = { on, running: new Set(), tails: new Map(), stopped: false };
    this.listeners.set(name, listener);
    return {
      stop: async () => {
        listener.stopped = true;
        // A second stop must not take the place of whoever came after.
        if (this.listeners.get(name) === listener) this.listeners.delete(name);
        await new Promise<void>((resolve) => {
          const settled = this.wait(undefined, resolve);
          void Promise.allSettled(listener.running).then(settled).then(resolve);
        });
      },
    };
  }

  /** Ends the waits, not the handlers: what still runs had its time while its listener stopped. */
  async close(): Promise<void> {
    this.closed = true;
    for (const listener of this.listeners.values()) listener.stopped = true;
    this.listeners.clear();
    for (const giveUp of this.waits) giveUp();
  }

  /** Calls `giveUp` when the signal aborts or the transport closes, unless the returned function was called before. */
  private wait(signal: AbortSignal | undefined, giveUp: () => void): () => void {
    const settled = (): void => {
      this.waits.delete(end);
      signal?.removeEventListener('abort', end);
    };
    const end = (): void => {
      settled();
      giveUp();
    };
    this.waits.add(end);
    signal?.addEventListener('abort', end);
    return settled;
  }

  private listenerAt(to: Address, signal: AbortSignal): Listener {
    const listener = this.listeners.get(addressName(to));
    if (listener === undefined) throw new NobodyHereError(`nobody listens at ${addressName(to)}`);
    if (signal.aborted) throw new NotDeliveredError(`given up before it was handed to ${addressName(to)}`);
    if (listener.running.size >= this.capabilities.maxInFlight) {
      throw new OverloadedError(
        `${addressName(to)} has ${listener.running.size} messages in hand, its bound is ${this.capabilities.maxInFlight}`,
      );
    }
    return listener;
  }

  /** Envelopes of one subject wait for one another in the order in which they were sent; others run side by side. */
  private enqueue(
    listener: Listener,
    envelope: Envelope,
    handOver: (envelope: Envelope) => Promise<void>,
  ): Promise<void> {
    const deliver = async (): Promise<void> => handOver(envelope);
    const { subject } = envelope;
    if (subject === undefined) return this.track(listener, deliver());
    const behind = (): Promise<void> => {
      throw new NotDeliveredError(`${envelope.type} would overtake one of its subject that was not dealt with`);
    };
    const before = listener.tails.get(subject);
    const tail = this.track(listener, before === undefined ? deliver() : before.then(deliver, behind));
    listener.tails.set(subject, tail);
    const forget = (): void => {
      if (listener.tails.get(subject) === tail) listener.tails.delete(subject);
    };
    tail.then(forget, forget);
    return tail;
  }

  private track(listener: Listener, running: Promise<void>): Promise<void> {
    listener.running.add(running);
    const done = (): void => void listener.running.delete(running);
    running.then(done, done);
    return running;
  }
}
