import { setTimeout as sleep } from 'node:timers/promises';
import { steadyNow } from '@isolith/contracts';
import type { Build } from './build.js';
import { mayPass } from './may-pass.js';
import type { Projector, Trouble } from './projector.js';

/** It can't be rebuilt, or does not go on; the message says why and what to do. */
export class RebuildRefusedError extends Error {
  override readonly name = 'RebuildRefusedError';
}

export interface BuiltParts {
  /** `context.name`. */
  readonly name: string;
  readonly step: Projector['step'];
  /** The build that is under way. */
  readonly building: () => Promise<Build | undefined>;
  readonly troubleOf: Projector['troubleOf'];
  /** One line for a human. */
  readonly say: (line: string) => void;
  /** Milliseconds between two looks when there is nothing more to read, or something is away; default 500. */
  readonly pauseMs?: number;
  /** Milliseconds for which something may be away without a break; default two minutes. */
  readonly patienceMs?: number;
}

const PAUSE_MS = 500;
const PATIENCE_MS = 120_000;

/**
 * Steps until the build that is under way has taken its place:
 *
 *   stepping --nothing is being built--> over
 *     |--the build can't go on--> RebuildRefusedError
 *     '--something is away--> said once, stepping again after a pause --for too long--> rejected with that
 *
 * How the one is that answers now is no concern: it may be the reason for the rebuild.
 */
export async function untilBuilt(parts: BuiltParts): Promise<void> {
  const { name, say, pauseMs = PAUSE_MS, patienceMs = PATIENCE_MS } = parts;
  let awaySince: number | undefined;
  for (;;) {
    const { over, more, trouble } = await stepped(parts);
    if (over) return;
    if (trouble === undefined) awaySince = undefined;
    else {
      if (!trouble.mayPass) throw new RebuildRefusedError(`${name}: ${placed(trouble)}`);
      if (awaySince === undefined) say(`${name}: ${placed(trouble)}; it is tried again`);
      awaySince ??= steadyNow();
      if (steadyNow() - awaySince >= patienceMs) throw trouble.error;
    }
    if (!more) await sleep(pauseMs);
  }
}

type Seen = Pick<Trouble, 'reason' | 'error' | 'mayPass'> & Partial<Pick<Trouble, 'position'>>;

interface Stepped {
  readonly over: boolean;
  readonly more: boolean;
  readonly trouble?: Seen | undefined;
}

async function stepped({ step, building, troubleOf }: BuiltParts): Promise<Stepped> {
  try {
    const more = await step();
    const build = await building();
    if (build === undefined) return { over: true, more: false };
    const trouble = troubleOf(build);
    // The one that answers may have more to read, and does so while this one waits.
    return { over: false, more: more && trouble === undefined, trouble };
  } catch (thrown) {
    const { error, passes } = mayPass(thrown);
    if (!passes) throw error;
    return { over: false, more: false, trouble: { reason: error.message, error, mayPass: true } };
  }
}

const placed = ({ position, reason }: Seen): string =>
  position === undefined ? reason : `it does not go on behind position ${position}: ${reason}`;
