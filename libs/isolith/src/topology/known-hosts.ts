import type { Announcement } from './announcement.js';

/** Hosts announce themselves this often; milliseconds. */
export const ANNOUNCED_EVERY_MS = 1_000;
/** A host that missed two announcements may be gone; milliseconds. */
const SUSPECT_AFTER_MS = 3_000;
/** By now its medium has given what it had to others; milliseconds. */
const SUSPECT_UNTIL_MS = 20_000;
/** A host that was not heard of for so long is silent; milliseconds. */
const SILENT_AFTER_MS = 7_000;
/** Hosts that are silent or have stopped are shown for so long; milliseconds. */
const FORGOTTEN_AFTER_MS = 60_000;
const MOST_HOSTS = 1_000;

/** A host as another one knows it. */
export interface SeenHost extends Announcement {
  /** What it said of itself last, or `silent`: it crashed, froze, or can't be heard. */
  readonly state: string;
  /** Seconds since it was heard of, by the clock of whoever tells. */
  readonly lastSeenSeconds: number;
}

/** A context of which one host may be gone and another is ready. */
export interface Suspected {
  /** All hosts of it that have not stopped say that it does. */
  readonly keepsInbox: boolean;
}

interface Heard {
  readonly said: Announcement;
  readonly at: number;
}

/**
 * The hosts that announced themselves, 1,000 at most: of more, those that were heard of least recently are forgotten.
 *
 *   heard of --7 s of silence--> silent --60 s after it was heard of--> (forgotten)
 *      '--says that it stops--> stopped --60 s--------------------------> (forgotten)
 */
export class KnownHosts {
  /** By id, in the order in which they were heard of. */
  readonly #heard = new Map<string, Heard>();

  /** @param now milliseconds of a clock that nobody sets */
  constructor(private readonly now: () => number = () => performance.now()) {}

  heard(said: Announcement): void {
    this.#heard.delete(said.id);
    this.#heard.set(said.id, { said, at: this.now() });
    const [oldest] = this.#heard.keys();
    if (this.#heard.size > MOST_HOSTS && oldest !== undefined) this.#heard.delete(oldest);
  }

  /** Contexts that have a host which may be gone, and another that is ready, by their names. */
  suspected(): ReadonlyMap<string, Suspected> {
    const now = this.now();
    const contextsOf = (holds: (heard: Heard, silentMs: number) => boolean): Set<string> =>
      new Set(
        [...this.#heard.values()]
          .filter((heard) => holds(heard, now - heard.at))
          .flatMap(({ said }) => Object.keys(said.contexts)),
      );
    const gone = contextsOf(
      ({ said }, silentMs) => said.state !== 'stopped' && silentMs > SUSPECT_AFTER_MS && silentMs <= SUSPECT_UNTIL_MS,
    );
    if (gone.size === 0) return new Map();
    const ready = contextsOf(({ said }, silentMs) => said.state === 'ready' && silentMs <= SUSPECT_AFTER_MS);
    return new Map(
      [...gone]
        .filter((context) => ready.has(context))
        .map((context) => [context, { keepsInbox: this.#keepInbox(context) }]),
    );
  }

  #keepInbox(context: string): boolean {
    return [...this.#heard.values()]
      .filter(({ said }) => said.state !== 'stopped' && Object.hasOwn(said.contexts, context))
      .every(({ said }) => said.inboxes?.includes(context) === true);
  }

  /** By what they host, then by id, so that two looks can be compared. */
  all(): readonly SeenHost[] {
    const now = this.now();
    for (const [id, { at }] of this.#heard) if (now - at > FORGOTTEN_AFTER_MS) this.#heard.delete(id);
    return [...this.#heard.values()]
      .map(({ said, at }) => ({
        ...said,
        state: said.state !== 'stopped' && now - at > SILENT_AFTER_MS ? 'silent' : said.state,
        lastSeenSeconds: Math.round((now - at) / 100) / 10,
      }))
      .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  }
}

/** Whether it is there, whatever it can do. */
export const isThere = ({ state }: Pick<SeenHost, 'state'>): boolean => state !== 'silent' && state !== 'stopped';

const orderOf = ({ contexts, id }: SeenHost): string => `${Object.keys(contexts).toSorted().join(',')} ${id}`;
