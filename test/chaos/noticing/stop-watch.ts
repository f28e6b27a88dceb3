import { setTimeout as pause } from 'node:timers/promises';
import type { Ground } from '../ground/ground.js';
import { Witness } from '../ground/witness.js';
import { noticed, type Noticed } from './noticed.js';
import type { Sample } from './sample.js';
import { whatIsNamed } from './what-is-named.js';
import { whatWaits } from './what-waits.js';

const LOOK_EVERY_MS = 1_000;

/** Looks at a shop each second, at what waits and at what its hosts name, until it is asked what it has noticed. */
export class StopWatch {
  private readonly samples: Sample[] = [];
  private readonly ending = new AbortController();
  private readonly looking: Promise<void>;
  private readonly witness: Witness;

  constructor(private readonly ground: Ground) {
    // A connection of its own: the other one is asked by those who wait for orders.
    this.witness = new Witness(ground.database.url);
    this.looking = this.look();
  }

  async end(): Promise<Noticed> {
    this.ending.abort();
    await this.looking;
    await this.witness.close();
    return noticed(this.samples, this.ground.disturbances.all());
  }

  private async look(): Promise<void> {
    const { fleet, vhost } = this.ground;
    while (!this.ending.signal.aborted) {
      const at = Date.now();
      const [waits, ...answers] = await Promise.all([
        whatWaits(this.witness, vhost?.name),
        ...fleet.hosts.map(async (host) => ({ host, named: await whatIsNamed(host) })),
      ]);
      const there = answers.flatMap(({ host, named }) => (named === undefined ? [] : [{ host, named }]));
      this.samples.push({
        at,
        waits,
        named: there.flatMap(({ named }) => named),
        answering: new Set(there.flatMap(({ host }) => host.contexts)),
      });
      await pause(Math.max(0, at + LOOK_EVERY_MS - Date.now()), undefined, { signal: this.ending.signal }).catch(
        () => undefined,
      );
    }
  }
}
