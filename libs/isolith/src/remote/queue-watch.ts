import { addressName, type Address } from '@isolith/message-bus';
import type { HostLifecycle, HostParticipant } from '@isolith/message-bus/nest';
import { Logger } from '@nestjs/common';
import { LongestWait } from './longest-wait.js';
import type { RemoteLink } from './remote-link.js';

const ROUND_MS = 5_000;
/** What was seen longer ago is not shown any more: the medium can't be asked now. */
const SHOWN_MS = 3 * ROUND_MS;

/** What waits at one address. */
export interface QueueReading {
  /** As people and brokers see the address: `orders.requests`. */
  readonly lane: string;
  readonly waiting: number;
  /**
   * How long the oldest of it has waited at most; absent where others take from the queue and this host does not.
   */
  readonly oldestSeconds?: number;
}

interface Watched {
  readonly at: Address;
  readonly wait: LongestWait;
  seen: { readonly at: number; readonly waiting: number; readonly knowsAge: boolean } | undefined;
}

/**
 * Asks the medium every 5 s how much waits where this host listens, where it sends events to, and at the requests of
 * contexts that it asks: there are as many such addresses as the code names, and what waits for a context without a
 * host is told by those who need it. Queries of others are left out, since they wait no longer than their callers.
 */
export class QueueWatch implements HostParticipant {
  readonly name = 'queues';
  readonly stage = 'report';
  readonly #log = new Logger('Queues');
  readonly #stopping = new AbortController();
  #watched: readonly Watched[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  /** @param parts `now`: milliseconds of a clock that nobody sets */
  constructor(
    private readonly parts: {
      readonly link: Pick<RemoteLink, 'backlog' | 'taken' | 'isUntaken'>;
      readonly addresses: () => readonly Address[];
      readonly now?: () => number;
    },
    lifecycle: HostLifecycle,
  ) {
    lifecycle.join(this);
  }

  async start(): Promise<void> {
    const byName = new Map(this.parts.addresses().map((at) => [addressName(at), at]));
    this.#watched = [...byName.values()].map((at) => ({ at, wait: new LongestWait(), seen: undefined }));
    if (this.#watched.length === 0) return;
    this.#timer = setInterval(() => void this.#lookAtAll(), ROUND_MS).unref();
    void this.#lookAtAll();
  }

  async drain(): Promise<void> {
    this.#stopping.abort();
    // What is being asked now ends with the connection at the latest.
    clearInterval(this.#timer);
  }

  /** Of each address that could be asked within the last 15 s. */
  readings(): readonly QueueReading[] {
    const now = this.#now();
    return this.#watched.flatMap(({ at, wait, seen }) => {
      if (seen === undefined || now - seen.at > SHOWN_MS) return [];
      const { waiting, knowsAge } = seen;
      return [{ lane: addressName(at), waiting, ...(knowsAge ? { oldestSeconds: wait.seconds(now) } : {}) }];
    });
  }

  #now(): number {
    return (this.parts.now ?? performance.now.bind(performance))();
  }

  /** One after the other: a broker of many hosts is not asked for everything at once. */
  async #lookAtAll(): Promise<void> {
    // One that does not answer is not asked anew meanwhile.
    if (this.#looking) return;
    this.#looking = true;
    for (const watched of this.#watched) if (!this.#stopping.signal.aborted) await this.#look(watched);
    this.#looking = false;
  }

  async #look(watched: Watched): Promise<void> {
    const { link } = this.parts;
    const { at, wait } = watched;
    const asked = this.#now();
    try {
      const waiting = await link.backlog(at);
      // Without an answer what was seen before grows old, and is shown no more.
      if (waiting === undefined) return;
      const taken = link.taken(at);
      wait.look({ at: asked, waiting, taken: taken ?? 0 });
      // Where nobody takes, everything that waits is still there.
      const knowsAge = taken !== undefined || waiting === 0 || (await link.isUntaken(at));
      watched.seen = { at: asked, waiting, knowsAge };
    } catch (error) {
      this.#log.debug({ message: `${addressName(at)}: it could not be asked how much waits there`, err: error });
    }
  }
}
