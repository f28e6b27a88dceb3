import { NotDeliveredError } from '@isolith/contracts';
import type { Address, Listening, Transport } from '@isolith/message-bus';
import type { HostLifecycle, HostParticipant } from '@isolith/message-bus/nest';
import { Logger } from '@nestjs/common';
import { circuitMoves, type HostCircuits } from '../policies/host-circuits.js';
import { announcements, type Announcement } from './announcement.js';
import { announcedEdgesOf, type EdgeRate } from './edge-rates.js';
import type { HostName } from './host-name.js';
import { ANNOUNCED_EVERY_MS, KnownHosts, type SeenHost, type Suspected } from './known-hosts.js';

const EVERYBODY: Address = { lane: 'broadcast' };
const TICK_MS = ANNOUNCED_EVERY_MS / 2;
/** In ticks. */
const ANNOUNCED_EVERY = 2;
const LOOKED_EVERY = 4;
/** What telling others of a moved circuit may take; milliseconds. */
const TOLD_WITHIN_MS = 2_000;
/** What a host that ends waits for its last word; milliseconds. */
const LAST_WORD_MS = 1_000;

interface PresenceParts {
  readonly name: HostName;
  /** To other hosts, signed; without one this host knows itself alone. */
  readonly medium: Pick<Transport, 'send' | 'listen'> | undefined;
  /** Fingerprints of what is hosted here, by context; asked once, when the host has opened. */
  readonly contexts: () => Readonly<Record<string, string>>;
  /** Those contexts of them that keep an inbox. */
  readonly inboxes: () => readonly string[];
  /** How this host is now. */
  readonly state: () => string;
  readonly load: () => Announcement['load'];
  /** What this host takes between contexts. */
  readonly traffic: () => readonly EdgeRate[];
  readonly circuits: Pick<HostCircuits, 'announced' | 'moved' | 'tellBy'>;
  /** Told of all that is heard, of this host itself, too. */
  readonly heard: (said: Announcement) => void;
  /** RFC 3339, for people. */
  readonly time: () => string;
  /** Told every two seconds whom this host knows, until it drains. */
  readonly look: (hosts: readonly SeenHost[]) => void;
  /** Told every half second of each context of which one host may be gone and another is ready. */
  readonly suspect: (context: string, how: Suspected) => void;
}

/**
 * Tells all hosts every second that this one is there, how it is and what it does, and hears the same of them. Who
 * takes a message is the medium's doing, not decided by it: where a host may be gone, calls are only asked of others,
 * too.
 */
export class HostPresence implements HostParticipant {
  readonly name = 'presence';
  readonly stage = 'report';
  readonly #log = new Logger('Topology');
  readonly #hosts: KnownHosts;
  #contexts: Readonly<Record<string, string>> = {};
  #listening: Listening | undefined;
  #announcing: NodeJS.Timeout | undefined;
  /** The last announcement has not been taken yet. */
  #underWay = false;
  #unheard = false;
  #draining = false;
  #ticks = 0;

  constructor(
    private readonly parts: PresenceParts,
    lifecycle: HostLifecycle,
    now: () => number = () => performance.now(),
  ) {
    this.#hosts = new KnownHosts(now);
    lifecycle.join(this);
  }

  /** Which process this is. */
  get self(): HostName {
    return this.parts.name;
  }

  /** This host and all that it has heard of. */
  all(): readonly SeenHost[] {
    this.#hosts.heard(this.#said(this.parts.state()));
    return this.#hosts.all();
  }

  async open(): Promise<void> {
    this.#contexts = this.parts.contexts();
    const { medium } = this.parts;
    if (medium === undefined) return;
    this.parts.circuits.tellBy((moved) =>
      medium.send(circuitMoves.telling(moved, this.parts.time()), EVERYBODY, AbortSignal.timeout(TOLD_WITHIN_MS)),
    );
    try {
      this.#listening = await medium.listen(EVERYBODY, async ({ envelope }) => {
        const moved = circuitMoves.toldIn(envelope);
        if (moved !== undefined) this.parts.circuits.moved(moved);
        const said = announcements.toldIn(envelope);
        if (said === undefined) return;
        this.parts.heard(said);
        if (said.id !== this.self.id) this.#hosts.heard(said);
      });
    } catch (err) {
      this.#log.warn({ message: 'other hosts can not be heard: /actuator/topology shows this one alone', err });
    }
    void this.#announce();
    this.#announcing = setInterval(() => this.#tick(), TICK_MS).unref();
  }

  async start(): Promise<void> {
    void this.#announce();
  }

  async drain(): Promise<void> {
    this.#draining = true;
    void this.#announce();
  }

  async close(): Promise<void> {
    clearInterval(this.#announcing);
    await this.#tell('stopped', LAST_WORD_MS);
    await this.#listening?.stop();
  }

  #tick(): void {
    this.#ticks += 1;
    if (!this.#draining && this.#ticks % LOOKED_EVERY === 0) this.parts.look(this.all());
    if (this.#ticks % ANNOUNCED_EVERY === 0) void this.#announce();
    for (const [context, how] of this.#hosts.suspected()) this.parts.suspect(context, how);
  }

  async #announce(): Promise<void> {
    if (this.#underWay) return;
    this.#underWay = true;
    await this.#tell(this.parts.state(), ANNOUNCED_EVERY_MS);
    this.#underWay = false;
  }

  /** What could not be told is told anew with the next announcement; said once, until one gets through again. */
  async #tell(state: string, withinMs: number): Promise<void> {
    const { medium, time } = this.parts;
    if (medium === undefined) return;
    try {
      await medium.send(announcements.telling(this.#said(state), time()), EVERYBODY, AbortSignal.timeout(withinMs));
      this.#unheard = false;
    } catch (err) {
      // Without a connection nothing is told; that there is none, the link says itself.
      if (!this.#unheard && !(err instanceof NotDeliveredError))
        this.#log.warn({ message: 'this host could not announce itself', err });
      this.#unheard = true;
    }
  }

  #said(state: string): Announcement {
    return {
      ...this.parts.name,
      contexts: this.#contexts,
      inboxes: [...this.parts.inboxes()],
      state,
      upSeconds: Math.round(performance.now() / 1_000),
      load: this.parts.load(),
      policies: [...this.parts.circuits.announced()],
      edges: announcedEdgesOf(this.parts.traffic()),
    };
  }
}
