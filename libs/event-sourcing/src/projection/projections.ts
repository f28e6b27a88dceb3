import { failure, NotDeliveredError, steadyNow } from '@isolith/contracts';
import type { ContextDatabase, UnitOfWork } from '@isolith/journal';
import type { JournalReader } from '@isolith/journal/internal';
import { z } from 'zod';
import { progressOf, type Build, type Progress } from './build.js';
import type { Builds } from './builds.js';
import type { Projection } from './projection.js';

/** The rows are not there yet, or not as far as was asked for. Retryable: they will be. */
export class ProjectionBehindError extends NotDeliveredError {}

/** No projection of this name in the context. */
export class ProjectionNotFound extends failure('projections.not-found', {
  data: z.object({ name: z.string() }),
  status: 404,
  detail: ({ name }) => `there is no projection ${name}`,
}) {}

/** One build of a version at a time. */
export class ProjectionBuilding extends failure('projections.being-built', {
  data: z.object({ name: z.string() }),
  status: 409,
  detail: ({ name }) => `the projection ${name} is being built already`,
}) {}

/** How one build of a projection stands. */
export interface ProjectionStatus extends Build {
  /** Positions of the journal that it has not looked at. */
  readonly behind: number;
  /** Of one that is being built. */
  readonly progress?: Progress;
}

/** How far one build of a projection of this release is behind the journal. */
export interface ProjectionLag extends Pick<Build, 'name' | 'version' | 'status'> {
  /** Positions of the journal that it has not looked at. */
  readonly events: number;
  /** Since the first of those was recorded; 0 when there is none. */
  readonly seconds: number;
}

export interface ProjectionsParts {
  readonly context: string;
  readonly projections: readonly Projection[];
  readonly unit: UnitOfWork;
  readonly database: ContextDatabase;
  readonly builds: Builds;
  readonly reader: () => Pick<JournalReader, 'end'>;
  /** Has whoever moves projections in this process look at once. */
  readonly wake: () => void;
  /** Resolves when a projection of this process may have moved, or after so many milliseconds. */
  readonly moved: (longestMs: number) => Promise<void>;
}

/** How long `caughtUp` waits when it is not told. */
const WITHIN_MS = 5_000;
/** Another process may be the one that moves it. */
const LOOK_AGAIN_MS = 50;

/** The projections of one context, for those who read them. */
export class Projections {
  /** Those that were live when last looked at; what is live stays so, as whichever build. */
  private readonly live = new Set<string>();

  constructor(private readonly parts: ProjectionsParts) {}

  /**
   * Reads rows of a projection. `sql` is given the name to select from. Throws ProjectionBehindError (retryable) while
   * its first build has not come to the end of the journal, and as `ContextDatabase.query` does.
   */
  async query<S extends z.ZodType>(
    projection: Projection,
    row: S,
    sql: (table: string) => string,
    params: readonly unknown[] = [],
  ): Promise<z.output<S>[]> {
    const { builds, database } = this.parts;
    await this.requireLive(projection);
    return database.query(row, sql(builds.viewOf(projection)), params);
  }

  /**
   * Resolves when the projection shows everything that was committed before the call, or, with `position`, everything
   * up to that. Rejects with ProjectionBehindError (retryable) when it does not within `withinMs`, 5,000 by default.
   */
  async caughtUp(
    projection: Projection,
    { withinMs = WITHIN_MS, position }: { readonly withinMs?: number; readonly position?: number } = {},
  ): Promise<void> {
    const { context, builds, reader, moved, wake } = this.parts;
    const until = steadyNow() + withinMs;
    const end = position ?? (await reader().end());
    for (;;) {
      const live = (await builds.of(projection)).find(({ status }) => status === 'live');
      if (live !== undefined && live.position >= end) return;
      const left = until - steadyNow();
      if (left <= 0)
        throw new ProjectionBehindError(
          `the projection ${projection.name} of ${context} is at ${live?.position ?? 'no event yet'}, not at ${end}, after ${withinMs} ms`,
        );
      wake();
      await moved(Math.min(left, LOOK_AGAIN_MS));
    }
  }

  /** Every build that there is, of whatever version. */
  async status(): Promise<readonly ProjectionStatus[]> {
    const { builds, reader } = this.parts;
    const [all, end] = [await builds.all(), await reader().end()];
    return all.map((build) => ({
      ...build,
      behind: Math.max(0, end - build.position),
      ...(build.status === 'building' ? { progress: progressOf(build, end) } : {}),
    }));
  }

  /** Of what this release declares: what others have left behind is moved by nobody, and nobody's concern. */
  async lag(): Promise<readonly ProjectionLag[]> {
    const { projections, builds, reader } = this.parts;
    const [all, end] = [await builds.aged(), await reader().end()];
    return all
      .filter((build) => projections.some(({ name, version }) => name === build.name && version === build.version))
      .map(({ name, version, status, position, seconds }) => ({
        name,
        version,
        status,
        events: Math.max(0, end - position),
        seconds,
      }));
  }

  /**
   * Begins to build this release's version of a projection anew, beside the one that answers, which it replaces when it
   * has caught up. In an open unit of work that is its effect. Throws ProjectionNotFound, or ProjectionBuilding when
   * one is on its way.
   */
  async rebuild(name: string): Promise<void> {
    const { projections, unit, builds, wake } = this.parts;
    const declared = projections.find((projection) => projection.name === name);
    if (declared === undefined) throw new ProjectionNotFound({ name });
    await unit.run(async () => {
      if (!(await builds.begin(declared))) throw new ProjectionBuilding({ name });
      unit.onEnd((committed) => {
        if (committed) wake();
      });
    });
  }

  private async requireLive(projection: Projection): Promise<void> {
    const { context, builds, reader } = this.parts;
    const { name, version } = projection;
    const key = `${name} ${version}`;
    if (this.live.has(key)) return;
    const found = await builds.of(projection);
    if (found.some(({ status }) => status === 'live')) {
      this.live.add(key);
      return;
    }
    const [building] = found;
    const percent = building === undefined ? 0 : progressOf(building, await reader().end()).percent;
    throw new ProjectionBehindError(
      `version ${version} of the projection ${name} of ${context} is being built for the first time, ${percent}% so far`,
    );
  }
}
