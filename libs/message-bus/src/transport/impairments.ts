/** Something that this host can't do, or that it does not get done. */
export interface Impairment {
  /**
   * What is impaired, one word of a small set: `lane`, `relay`, `subscription`, `saga`, `database`, `broker`. A label
   * of a metric.
   */
  readonly kind: string;
  /**
   * Which one, of those that are known at start: `orders.requests`. A label of a metric, so never a message's id or
   * key.
   */
  readonly name: string;
  /** Why, in a clause that anybody may read: no address, no secret, nothing of a message's data. */
  readonly reason: string;
  /** Where to look next: a path of the actuator, a field of the log, a page of the documentation. */
  readonly lookAt: string;
  /** `not-ready` only where another replica could do better. A degraded host goes on being used. */
  readonly effect: 'degraded' | 'not-ready';
  /** Seconds that it had lasted when it was reported; counted from the first report when absent. */
  readonly seconds?: number;
  /** Seconds that it may last without being an impairment, where there is such a bound. */
  readonly boundSeconds?: number;
  /** For the log alone: what helps an operator and is not for everybody. No secret either. */
  readonly detail?: string;
}

/** An impairment that is there now, and for how long. */
export interface CurrentImpairment extends Impairment {
  readonly seconds: number;
}

/** Told when something begins to be impaired, and when it is no longer, with how long it lasted. */
export type ImpairmentSink = (change: 'began' | 'ended', what: CurrentImpairment) => void;

interface Said {
  readonly impairment: Impairment;
  /** Of the monotonic clock, in milliseconds. */
  readonly since: number;
}

const idOf = ({ kind, name }: Impairment): string => `${kind} ${name}`;

/**
 * What is wrong with a host, as its parts say it. Health, metrics and the log show the same list: each impairment is
 * told once when it begins and once when it ends, however often it is said meanwhile.
 */
export class Impairments {
  readonly #said = new Map<string, ReadonlyMap<string, Said>>();

  /** @param now milliseconds of a clock that nobody sets */
  constructor(
    private readonly tell: ImpairmentSink,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * What `by` says now replaces all that it said before: what it says for the first time begins, what it no longer says
   * has ended. Of several with one kind and name the last one counts.
   */
  report(by: string, found: readonly Impairment[]): void {
    const before = this.#said.get(by) ?? new Map<string, Said>();
    const after = new Map(found.map((impairment) => [idOf(impairment), this.#saidOf(impairment, before)] as const));
    this.#said.set(by, after);
    for (const [id, said] of after) if (!before.has(id)) this.tell('began', this.#current(said));
    for (const [id, said] of before) if (!after.has(id)) this.tell('ended', this.#current(said));
  }

  /** All that is impaired now, what has lasted longest first; without what `except` said. */
  current(except?: string): readonly CurrentImpairment[] {
    return [...this.#said]
      .flatMap(([by, said]) => (by === except ? [] : [...said.values()]))
      .map((said) => this.#current(said))
      .toSorted((a, b) => b.seconds - a.seconds);
  }

  #saidOf(impairment: Impairment, before: ReadonlyMap<string, Said>): Said {
    const since =
      impairment.seconds === undefined
        ? (before.get(idOf(impairment))?.since ?? this.now())
        : this.now() - impairment.seconds * 1_000;
    return { impairment, since };
  }

  #current({ impairment, since }: Said): CurrentImpairment {
    return { ...impairment, seconds: (this.now() - since) / 1_000 };
  }
}
