import { Failure } from '@isolith/contracts';
import { SagaNotCompensable, SagaNotSkippable, SagaNotWaiting } from '../../engine/saga-failures.js';
import type { Act } from '../../operations/operated.js';
import type { OpenTrialHost, TrialHost } from './host.js';
import { TrialLife } from './trial-life.js';
import type { TrialWorld } from './trial-world.js';

/** What a person is told where an act is not possible. */
const REFUSALS: readonly string[] = [SagaNotWaiting, SagaNotSkippable, SagaNotCompensable].map(
  ({ contract }) => contract.name,
);

/** The hosts of one history: one that goes on, and those before it that died or stand still. */
export class Hosts {
  readonly #opened: TrialHost[] = [];
  /** What hosts that stand still have under way. */
  readonly #waiting: { readonly life: TrialLife; readonly moved: Promise<void> }[] = [];
  #life: TrialLife;
  #host: TrialHost;

  constructor(
    private readonly world: TrialWorld,
    private readonly openHost: OpenTrialHost,
  ) {
    ({ life: this.#life, host: this.#host } = this.#open());
    world.person = (act) => this.operate(act);
  }

  #open(): { readonly life: TrialLife; readonly host: TrialHost } {
    const life = new TrialLife(this.world, this.#opened.length + 1);
    const host = this.openHost(life.parts());
    this.#opened.push(host);
    return { life, host };
  }

  #replace(): void {
    ({ life: this.#life, host: this.#host } = this.#open());
  }

  async begin(state: unknown): Promise<void> {
    // Who is told that it failed begins it again, and it is begun once.
    const begun = this.#tried(() => this.#host.begin('trial', state)).then(() => 'begun or failed' as const);
    if ((await Promise.race([begun, this.#life.stopped])) === 'crashed') this.#replace();
  }

  /** `twice`: two hosts take it up, of which the first stands still for long before it does anything. */
  async move(twice = false): Promise<void> {
    if (twice) this.#life.standStillNext();
    const [life, moved] = [this.#life, this.#tried(() => this.#host.move())];
    const how = await Promise.race([moved.then(() => 'rests' as const), life.stopped]);
    if (how === 'stood still') this.#waiting.push({ life, moved });
    if (how !== 'rests') this.#replace();
  }

  /** The host that let the saga rest dies; another one is there. */
  die(): void {
    this.#life.die();
    this.#replace();
  }

  /** Who reads the trace is told why it failed. */
  async #tried(work: () => Promise<void>): Promise<void> {
    const { host } = this.#life;
    try {
      await work();
    } catch (error) {
      this.world.trace.push({ what: 'host error', host, error });
    }
  }

  /** A person steps in, by the host that goes on. Rejects with what is no refusal. */
  async operate(act: Act): Promise<void> {
    try {
      const row = await this.#host.operate(act);
      this.world.trace.push({ what: 'operated', act, row });
    } catch (error) {
      if (!(error instanceof Failure) || !REFUSALS.includes(error.contract.name)) throw error;
      this.world.trace.push({ what: 'act refused', act, why: error.message, error: error.cause });
    }
  }

  /** Those that stood still go on, long after another has gone on with the saga. */
  async goOnLate(): Promise<void> {
    for (const { life, moved } of this.#waiting) {
      life.release();
      await Promise.race([moved, life.crashed]);
    }
  }

  /** Closes each of them, whatever becomes of the others; rejects with what the first has thrown. */
  async close(): Promise<void> {
    // One that stood still could not end what it has under way.
    for (const { life } of this.#waiting) life.release();
    const ends = await Promise.allSettled(this.#opened.map(async (host) => host.close?.()));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}
