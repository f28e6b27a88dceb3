import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { temporaryFolder, type Host } from '../support/host.js';

const PRELOAD = fileURLToPath(new URL('./watched-turns.mjs', import.meta.url));
const milliseconds = z.coerce.number().min(0);

/** Tells of hosts how long they stood still through what they did themselves. */
export interface TurnWatch {
  /** What the hosts are started with; it takes the place of NODE_OPTIONS. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Processor time of the longest turn of a host's event loop since it was asked last; milliseconds. It is seen from
   * timers, so there may be up to 10 ms of other turns in it.
   */
  longestOf(host: Pick<Host, 'pid'>): Promise<number>;
}

export function watchTurns(): TurnWatch {
  const folder = temporaryFolder();
  return {
    environment: { NODE_OPTIONS: `--import ${PRELOAD}`, TURN_WATCH_FOLDER: folder },
    longestOf: async ({ pid }) => {
      const socket = connect(join(folder, String(pid)));
      await once(socket, 'connect');
      return milliseconds.parse(await text(socket));
    },
  };
}
