import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { temporaryFolder } from './host.js';

const PRELOAD = fileURLToPath(new URL('./throwing-handlers.mjs', import.meta.url));
const threwLine = z.object({ threw: z.string(), in: z.string() });

/** Handlers of hosts under test that can be made to throw. */
export interface ThrowingHandlers {
  /** What goes into NODE_OPTIONS. */
  readonly nodeOptions: string;
  readonly environment: Readonly<Record<string, string>>;
  /** From now on each host's handlers throw so often, whatever can be thrown; 0 ends it. */
  set(times: number): void;
  /** Takes a line of a host's output. */
  readonly take: (line: string) => void;
  /** How often what was thrown, so far. */
  counts(): Readonly<Record<string, number>>;
}

export function throwingHandlers(): ThrowingHandlers {
  const file = `${temporaryFolder()}/throws`;
  const thrown = new Map<string, number>();
  const set = (times: number): void => writeFileSync(file, String(times));
  set(0);
  return {
    nodeOptions: `--import ${PRELOAD}`,
    environment: { THROWING_HANDLERS_FILE: file },
    set,
    take: (line) => {
      if (!line.startsWith('{"threw":')) return;
      const { threw } = threwLine.parse(JSON.parse(line));
      thrown.set(threw, (thrown.get(threw) ?? 0) + 1);
    },
    counts: () => Object.fromEntries(thrown),
  };
}
