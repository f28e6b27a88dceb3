import { askKeeper } from './server-control.js';

/** Where our own PostgreSQL takes orders; absent for one that was given. */
export const databaseControlSocket = (): string | undefined =>
  process.env['ISOLITH_TEST_DATABASE_CONTROL'] || undefined;

async function control(action: 'stop' | 'kill' | 'start'): Promise<void> {
  const socketPath = databaseControlSocket();
  if (socketPath === undefined)
    throw new Error(
      `database ${action}: only a server that these scripts started can be made to fail, and this one was given by DATABASE_URL`,
    );
  await askKeeper(socketPath, `/database/${action}`);
}

/**
 * Faults of a PostgreSQL of our own. Each resolves when the fault is there, or is over; with another server each
 * rejects.
 */
export const databaseServer = {
  /** An orderly shutdown, which disconnects everybody. Port and data stay. */
  stop: (): Promise<void> => control('stop'),

  /** As if it crashed: what was not flushed is gone, and the next start recovers from the log. Port and data stay. */
  kill: (): Promise<void> => control('kill'),

  /** After stop or kill; resolves when it accepts connections. Does nothing when it runs. */
  start: (): Promise<void> => control('start'),
};
