import { NotDeliveredError, OutcomeUnknownError, OverloadedError, type Envelope } from '@isolith/contracts';
import { addressName, type Address, type Delivery, type Listening, type Transport, type TransportCapabilities } from './transport.js';

interface Listener {
  readonly on: (delivery: Delivery) => Promise<void>;
  /** Deliveries that are running. */
  readonly running: Set<Promise<void>>;
  /** The last delivery of each subject that has one running: the next of that subject waits for it. */
  readonly tails: Map<string, Promise<void>>;
}

/**
 * Carries envelopes by function call. There is no medium that could take responsibility, so `send` resolves when the
 * listener has dealt with the whole batch and rejects when it rejected one: the sender still has it and sends it again.
 */
export class InProcessTransport implements Transport {
  readonly capabilities: TransportCapabilities;
  private readonly listeners = new Map<string, Listener>();
  private closed = false;

  constructor({ maxInFlight = 4_096 }: { maxInFlight?: number } = {}) {
    this.capabilities = { durable: false, redelivers: false, maxInFlight };
  }

  async send(batch: readonly Envelope[], to: Address, signal: AbortSignal): Promise<void> {
    const listener = this.listenerAt(to, signal, batch.length);
    const results = await Promise.allSettled(batch.map((envelope) => this.enqueue(listener, envelope, signal)));
    const rejected = results.find((result) => result.status === 'rejected');
    if (rejected !== undefined) throw rejected.reason;
  }

  request(envelope: Envelope, to: Address, signal: AbortSignal): Promise<Envelope> {
    return new Promise((resolve, reject) => {
      const listener = this.listenerAt(to, signal, 1);
      // Whichever comes first settles the promise: the answer, the end of a handler that gave none, the caller's abort.
      // A handler that is still running then goes on; its effects count, nobody waits for its answer.
      const giveUp = (): void => reject(new OutcomeUnknownError(`no answer from ${addressName(to)} to ${envelope.type} in time`));
      signal.addEventListener('abort', giveUp, { once: true });
      let answered = false;
      const delivery: Delivery = {
        envelope,
        redelivered: false,
        reply: async (answer) => {
          if (answered) throw new Error(`${envelope.type} was answered twice`);
          answered = true;
          resolve(answer);
        },
      };
      void this.track(listener, listener.on(delivery))
        .then(
          () => reject(new OutcomeUnknownError(`${addressName(to)} ended without an answer to ${envelope.type}`)),
          () => reject(new OutcomeUnknownError(`${addressName(to)} broke off while it handled ${envelope.type}`)),
        )
        .finally(() => signal.removeEventListener('abort', giveUp));
    });
  }

  async listen(at: Address, on: (delivery: Delivery) => Promise<void>): Promise<Listening> {
    const name = addressName(at);
    if (this.closed) throw new NotDeliveredError(`the transport is closed; nobody can listen at ${name}`);
    if (this.listeners.has(name)) throw new Error(`somebody listens at ${name} already`);
    const listener: Listener = { on, running: new Set(), tails: new Map() };
    this.listeners.set(name, listener);
    return {
      stop: async () => {
        this.listeners.delete(name);
        await Promise.allSettled(listener.running);
      },
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    const listeners = [...this.listeners.values()];
    this.listeners.clear();
    await Promise.allSettled(listeners.flatMap(({ running }) => [...running]));
  }

  private listenerAt(to: Address, signal: AbortSignal, more: number): Listener {
    const listener = this.listeners.get(addressName(to));
    if (listener === undefined) throw new NotDeliveredError(`nobody listens at ${addressName(to)}`);
    if (signal.aborted) throw new NotDeliveredError(`given up before it was handed to ${addressName(to)}`);
    if (listener.running.size + more > this.capabilities.maxInFlight) {
      throw new OverloadedError(`${addressName(to)} has ${listener.running.size} messages in hand, its bound is ${this.capabilities.maxInFlight}`);
    }
    return listener;
  }

  /** Envelopes of one subject wait for one another in the order in which they were sent; others run side by side. */
  private enqueue(listener: Listener, envelope: Envelope, signal: AbortSignal): Promise<void> {
    const deliver = async (): Promise<void> => {
      if (signal.aborted) throw new NotDeliveredError(`given up before ${envelope.type} was handed over`);
      await listener.on({
        envelope,
        redelivered: false,
        reply: () => Promise.reject(new Error(`${envelope.type} is an event; it has no answer`)),
      });
    };
    const { subject } = envelope;
    if (subject === undefined) return this.track(listener, deliver());
    // When the one before fails, this one fails too: it would overtake.
    const before = listener.tails.get(subject);
    const tail = this.track(listener, before === undefined ? deliver() : before.then(deliver));
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
