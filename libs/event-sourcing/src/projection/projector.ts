import { NewerVersionError, steadyNow } from '@isolith/contracts';
import type { UnitOfWork } from '@isolith/journal';
import type { JournalReader } from '@isolith/journal/internal';
import type { Build } from './build.js';
import type { Builds } from './builds.js';
import { mayPass, ofTheProgram, unfit } from './may-pass.js';
import type { ProgressLines } from './progress-lines.js';
import type { Projection } from './projection.js';

/** Events of one transaction. */
const BATCH = 500;

/** Somebody else moved the build on, or ended it: what was written here is undone, and nothing is lost. */
class Overtaken extends Error {}

/** What keeps a build from going on. */
export interface Trouble {
  /** By the clock that only goes on: when it was first met. */
  readonly since: number;
  /** The position of the event, or the one it was read from. */
  readonly position: number;
  readonly reason: string;
  readonly error: Error;
  /** Whether it may go on by itself, because the database was away; else it takes another program, or a rebuild. */
  readonly mayPass: boolean;
}

export interface ProjectorParts {
  readonly projection: Projection;
  readonly unit: Pick<UnitOfWork, 'intent' | 'write'>;
  readonly builds: Builds;
  readonly reader: JournalReader;
  /** Told of builds that move and become live. */
  readonly progress?: ProgressLines;
  /** Told once of a build that can't go on, until it does. */
  readonly stuck?: (error: Error) => void;
  /** Told each time of one that has come to what only a newer release can read: it waits for a host of that. */
  readonly meetsNewer?: (error: NewerVersionError) => void;
  /** Milliseconds that a build is left out after a step that came to nothing; twice as long each time. Default 500. */
  readonly pauseMs?: number;
}

const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Trouble, with the steps that came to nothing one after the other, and when the build is tried again. */
interface Stuck extends Trouble {
  readonly failures: number;
  readonly retryAt: number;
}

/** How long whatever failed so often is left alone. */
export const pauseAfter = (failures: number, pauseMs: number): number =>
  Math.min(LONGEST_PAUSE_MS, pauseMs * 2 ** Math.min(failures, 10));

/**
 * Moves the builds of one projection on, a batch of events a step: their rows and how far they are change in one
 * transaction, so each event counts once, whoever dies when. Several hosts may do it; who comes second finds the build
 * moved, undoes and goes on from there.
 *
 *   (no build) --> building --at the end of the journal, and not behind the live one--> live --> (the one before: retired, dropped)
 *
 * An event that can't be applied stops the builds that have come to it: they keep their order, so there is nothing to
 * do but to wait for a program that can. Such a build is left out, longer each time, and the other one goes on at its
 * own pace.
 */
export class Projector {
  /** By generation: why the last step of the build came to nothing. */
  private readonly stuck = new Map<number, Stuck>();
  /** By generation: the end of a batch that failed. Up to there a step is one event. */
  private readonly careful = new Map<number, number>();

  constructor(private readonly parts: ProjectorParts) {}

  /** Why one of the builds does not go on; undefined when all do. */
  get trouble(): Trouble | undefined {
    return this.stuck.values().next().value;
  }

  /** The same of one build. */
  troubleOf({ generation }: Pick<Build, 'generation'>): Trouble | undefined {
    return this.stuck.get(generation);
  }

  /**
   * One step of every build. Whether another that follows at once may find more. Throws nothing of an event's: see
   * `trouble`.
   */
  async step(): Promise<boolean> {
    const { projection, builds, unit, progress } = this.parts;
    const found = await builds.of(projection);
    const current = found.filter(({ status }) => status !== 'retired');
    for (const generation of [...this.stuck.keys(), ...this.careful.keys()])
      if (!current.some((build) => build.generation === generation)) this.forget(generation);
    progress?.keepOnly(
      projection.name,
      current.filter(({ status }) => status === 'building'),
    );
    if (current.length === 0) return unit.intent(() => builds.begin(projection));
    for (const retired of found.filter(({ status }) => status === 'retired'))
      await unit.intent(() => builds.drop(retired));
    const live = current.find(({ status }) => status === 'live');
    let more = false;
    // The live one first: it answers, the other one only will.
    for (const build of [...current].sort((a, b) => Number(b.status === 'live') - Number(a.status === 'live')))
      more = (await this.guarded(build, live)) || more;
    return more;
  }

  /** What became of a build that is gone troubles nobody. */
  private forget(generation: number): void {
    this.stuck.delete(generation);
    this.careful.delete(generation);
  }

  private async guarded(build: Build, live: Build | undefined): Promise<boolean> {
    const { generation, position } = build;
    const before = this.stuck.get(generation);
    if (before !== undefined && before.retryAt > steadyNow()) return false;
    const wasCareful = this.careful.has(generation);
    try {
      const more = await this.advance(build, live);
      this.stuck.delete(generation);
      return more;
    } catch (thrown) {
      if (thrown instanceof Overtaken) {
        if (!wasCareful) this.careful.delete(generation);
        return true;
      }
      const { error, passes, isOutage } = mayPass(thrown);
      // A batch of which something failed is gone through one by one, so that what stands before that is done, and it
      // is known which. What an outage says of none of them is tried again as it was, after a pause.
      if (!wasCareful && isOutage) this.careful.delete(generation);
      if (!wasCareful && this.careful.has(generation)) return true;
      const { since = steadyNow(), failures = 0 } = before ?? {};
      const retryAt = steadyNow() + pauseAfter(failures + 1, this.parts.pauseMs ?? PAUSE_MS);
      const trouble = { since, position, reason: error.message, error, mayPass: passes };
      this.stuck.set(generation, { ...trouble, failures: failures + 1, retryAt });
      if (error instanceof NewerVersionError) this.parts.meetsNewer?.(error);
      if (before === undefined) this.parts.stuck?.(error);
      return false;
    }
  }

  private async advance(build: Build, live: Build | undefined): Promise<boolean> {
    const { projection, builds, reader, unit, progress } = this.parts;
    if (build.digest !== projection.digest)
      throw unfit(
        `version ${build.version} was begun with another table or other events; raise its version, or rebuild it`,
      );
    const { generation } = build;
    const limit = this.careful.has(generation) ? 1 : BATCH;
    const { events, upTo, more, held, resetTo } = await reader.readAfter(build.position, projection.types, limit);
    if (resetTo !== undefined)
      throw unfit(`it is at ${build.position} and the journal ends at ${resetTo}: that was restored; rebuild it`);
    if (upTo > build.position) {
      if (events.length > 0 && limit > 1) this.careful.set(generation, upTo);
      const read = events.map(({ position, envelope }) => ({
        at: { position, time: envelope.time },
        event: ofTheProgram(() => this.instance(envelope.type, envelope.schemaversion, envelope.data)),
      }));
      await unit.intent(async () => {
        if (!(await builds.advance(build, upTo, events.length))) throw new Overtaken();
        const rows = {
          table: builds.tableOf(build),
          write: (sql: string, params?: readonly unknown[]) => unit.write(sql, params),
        };
        for (const { event, at } of read) ofTheProgram(() => projection.apply(event, rows, at));
      });
      if (upTo >= (this.careful.get(generation) ?? 0)) this.careful.delete(generation);
    }
    if (build.status === 'building') {
      const moved = { ...build, position: upTo, events: build.events + events.length };
      await progress?.moved(moved, () => reader.end());
      if (!more) return this.goLive(moved, live);
    }
    return more && held !== true;
  }

  /**
   * When the live one is further, the next step comes nearer. `live` was looked at before the end of the journal is:
   * one that is behind that end even so has read what is gone, by a restore.
   */
  private async goLive(build: Build, live: Build | undefined): Promise<boolean> {
    const { builds, reader, unit, progress } = this.parts;
    const beyond = live !== undefined && live.position > (await reader.end()) ? live.position : undefined;
    await unit.intent(async () => {
      if (!(await builds.goLive(build, beyond))) throw new Overtaken();
    });
    progress?.live(build);
    return true;
  }

  private instance(type: string, schema_version: number, data: unknown): object {
    if (!isFields(data)) throw new Error(`the data of ${type} is no object`);
    return this.parts.projection.reader.read({ type, schema_version, data });
  }
}

const isFields = (data: unknown): data is Record<string, unknown> => typeof data === 'object' && data !== null;
