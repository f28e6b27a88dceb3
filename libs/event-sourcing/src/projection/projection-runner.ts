import { AsyncLocalStorage } from 'node:async_hooks';
import { NewerVersionError, steadyNow, tellable } from '@isolith/contracts';
import { neverThrowing, runAs, type Waiting } from '@isolith/message-bus';
import { ProgressLines } from './progress-lines.js';
import type { Projection } from './projection.js';
import { pauseAfter, Projector, type ProjectorParts } from './projector.js';

export interface ProjectionRunnerParts extends Omit<
  ProjectorParts,
  'projection' | 'reader' | 'progress' | 'stuck' | 'pauseMs'
> {
  readonly context: string;
  readonly projections: readonly Projection[];
  readonly reader: () => ProjectorParts['reader'];
  readonly report: (message: string, error: unknown) => void;
  /** A line about builds that are under way, for people. */
  readonly tell: (line: string) => void;
  /** Milliseconds between two of them about one build; default 10,000. */
  readonly tellEveryMs?: number;
  /** How often the journal is looked at when nobody rings, in milliseconds; default 500. */
  readonly pollMs?: number;
}

const POLL_MS = 500;
/** After a commit it waits for more of them: a batch costs as much for one event as for many. */
const LINGER_MS = 25;

interface Moved {
  readonly projector: Projector;
  readonly projection: Projection;
  /** Times that its builds could not even be looked at, one after the other, and when it tries again. */
  failures: number;
  retryAt: number;
}

/**
 * Has the projections of one context follow its journal for as long as the host runs, one step after the other:
 *
 *   resting --rung, soon after a commit, or after the poll--> stepping --nothing more--> resting
 *                                           |--a build failed--> its projector leaves it out, longer each time; told once until it goes on
 *                                           |--they can't be looked at--> the projection is left out, likewise
 *                                           '--stop()--> the step that runs ends; over
 */
export class ProjectionRunner {
  private readonly moved: readonly Moved[];
  private loop: Promise<void> = Promise.resolve();
  private stopped = false;
  private rung = false;
  private resting: (() => void) | undefined;
  private lingering: NodeJS.Timeout | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly report: ProjectionRunnerParts['report'];
  private readonly apart = AsyncLocalStorage.snapshot();

  private readonly pollMs: number;

  constructor(private readonly parts: ProjectionRunnerParts) {
    this.pollMs = parts.pollMs ?? POLL_MS;
    this.report = neverThrowing(parts.report);
    const progress = new ProgressLines(parts.context, neverThrowing(parts.tell), parts.tellEveryMs);
    const { pollMs } = this;
    this.moved = parts.projections.map((projection) => {
      const stuck = (error: Error): void => this.tellStuck(projection, error);
      const reader = lazyReader(parts.reader);
      return {
        projection,
        projector: new Projector({ ...parts, projection, progress, stuck, reader, pauseMs: pollMs }),
        failures: 0,
        retryAt: 0,
      };
    });
  }

  start(): void {
    if (this.moved.length > 0) this.loop = this.apart(() => runAs(this.parts.context, () => this.live()));
  }

  /** Something was recorded: it looks at the journal soon. */
  notice(): void {
    this.lingering ??= setTimeout(() => {
      this.lingering = undefined;
      this.wake();
    }, LINGER_MS).unref();
  }

  /** Looks at the journal now: somebody waits for it. */
  wake(): void {
    this.rung = true;
    this.resting?.();
  }

  /** Resolves after the next step of any of them, or after so many milliseconds. */
  afterNextStep(longestMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.listeners.delete(done);
        resolve();
      };
      const timer = setTimeout(done, longestMs);
      this.listeners.add(done);
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.lingering);
    this.wake();
    await this.loop;
  }

  /** What does not go on, for the host's watchdog. */
  waiting(): readonly Waiting[] {
    const { context } = this.parts;
    return this.moved.flatMap(({ projection: { name }, projector: { trouble } }) =>
      trouble === undefined
        ? []
        : [
            {
              kind: 'projection',
              name: `${context}.${name}`,
              waitedMs: steadyNow() - trouble.since,
              reason: `it does not go on behind position ${trouble.position}${whatFor(trouble.error)}`,
              detail: trouble.reason,
              lookAt: '/actuator/projections',
              causes: [`database ${context}`],
            },
          ],
    );
  }

  private async live(): Promise<void> {
    while (!this.stopped) {
      let more = false;
      for (const each of this.moved) {
        if (this.stopped) return;
        if (each.retryAt <= steadyNow()) more = (await this.step(each)) || more;
      }
      for (const listener of this.listeners) listener();
      if (!more) await this.rest();
    }
  }

  private async step(each: Moved): Promise<boolean> {
    try {
      const more = await each.projector.step();
      each.failures = 0;
      return more;
    } catch (error) {
      if (each.failures === 0) this.tellStuck(each.projection, tellable(error));
      each.failures += 1;
      // The others go on at their own pace.
      each.retryAt = steadyNow() + pauseAfter(each.failures, this.pollMs);
      return false;
    }
  }

  private tellStuck({ name }: Projection, error: Error): void {
    this.report(`the projection ${name} of ${this.parts.context} does not go on`, error);
  }

  private async rest(): Promise<void> {
    if (!this.rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.pollMs);
        timer.unref();
        this.resting = () => {
          clearTimeout(timer);
          resolve();
        };
        if (this.stopped) this.resting();
      });
      this.resting = undefined;
    }
    this.rung = false;
  }
}

/** What anybody may read of it; of the rest only the log has the words. */
const whatFor = (error: Error): string => (error instanceof NewerVersionError ? `: ${error.message}` : '');

/** The reader is made when the host starts. */
export const lazyReader = (reader: () => ProjectorParts['reader']): ProjectorParts['reader'] => ({
  readAfter: (...at) => reader().readAfter(...at),
  readKey: (...at) => reader().readKey(...at),
  end: () => reader().end(),
});
