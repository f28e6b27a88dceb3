import { steadyNow } from '@isolith/contracts';
import { progressOf, type Build } from './build.js';

/** Milliseconds between two lines about one build, in a log. */
const EVERY_MS = 10_000;

type Built = Pick<Build, 'name' | 'version' | 'generation' | 'position' | 'events' | 'elapsed_ms'>;

/**
 * Tells people how far builds are, each at most every so many milliseconds, and when one has taken its place. What is
 * built sooner has the last line alone.
 */
export class ProgressLines {
  /** By build: when it was told of, or first seen. */
  private readonly toldAt = new Map<string, number>();

  constructor(
    private readonly context: string,
    private readonly tell: (line: string) => void,
    private readonly everyMs = EVERY_MS,
    private readonly now: () => number = steadyNow,
  ) {}

  /** It has moved. `end` is asked for the journal's last position only when a line is due. */
  async moved(build: Built, end: () => Promise<number>): Promise<void> {
    const key = keyOf(build);
    const before = this.toldAt.get(key);
    const now = this.now();
    if (before === undefined) this.toldAt.set(key, now);
    if (before === undefined || now - before < this.everyMs) return;
    this.toldAt.set(key, now);
    const { percent, eventsPerSecond, secondsLeft } = progressOf(build, await end());
    const left = secondsLeft === undefined ? '' : `, ${secondsLeft} s left`;
    this.tell(`${this.nameOf(build)} is being built: ${percent}%, ${eventsPerSecond} events per second${left}`);
  }

  /** It answers from now on. */
  live(build: Built): void {
    this.toldAt.delete(keyOf(build));
    const seconds = Math.ceil(build.elapsed_ms / 1_000);
    this.tell(`${this.nameOf(build)} has been built and answers: ${build.events} events in ${seconds} s`);
  }

  /** Of this projection nothing but these is being built: another host has ended the others, or they are gone. */
  keepOnly(name: string, all: readonly Pick<Build, 'name' | 'version' | 'generation'>[]): void {
    const building = new Set(all.map(keyOf));
    for (const key of this.toldAt.keys()) if (key.startsWith(`${name} `) && !building.has(key)) this.toldAt.delete(key);
  }

  private nameOf({ name, version }: Built): string {
    return `version ${version} of the projection ${name} of ${this.context}`;
  }
}

const keyOf = ({ name, version, generation }: Pick<Build, 'name' | 'version' | 'generation'>): string =>
  `${name} ${version} ${generation}`;
