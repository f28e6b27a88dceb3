import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { run as start, Logger, makeWorkerUtils } from 'graphile-worker';
import pg from 'pg';
import { charge, issueTicket, requireWhole, takeSeat } from '../../contestants/workflow/steps.ts';
import type { Contestant, Surroundings } from '../../harness/contestant.ts';
import { keepBusy } from '../../harness/keep-busy.ts';

/** A job for each step, which adds the job of the next; a job that has succeeded is deleted. */
export const open = async ({ databaseUrl }: Surroundings): Promise<Contestant> => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 16 });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const logger = new Logger(() => () => undefined);
  const utils = await makeWorkerUtils({ pgPool: pool, logger });
  await utils.migrate();
  const events = new EventEmitter();
  const ended = new Map<string, PromiseWithResolvers<void>>();
  const runner = await start({
    pgPool: pool,
    logger,
    events,
    concurrency: 16,
    noHandleSignals: true,
    taskList: {
      seat: async (trip: any, { addJob }) =>
        void (await addJob('payment', { ...trip, ...(await takeSeat(trip.tripId)) })),
      payment: async (trip: any, { addJob }) =>
        void (await addJob('ticket', { ...trip, ...(await charge(trip.tripId)) })),
      ticket: async (trip: any) => requireWhole({ ...trip, ...(await issueTicket(trip.tripId)) }),
    },
  });
  // Told when the database has it that the job is done.
  events.on('job:complete', ({ job, error }) => {
    const waiting = ended.get(job.payload.tripId);
    if (error) waiting?.reject(error);
    else if (job.task_identifier === 'ticket') waiting?.resolve();
  });
  let started = 0;
  return {
    run: async (work) => {
      const measured = await keepBusy(work, async () => {
        const tripId = `trip-${(started += 1)}`;
        const end = Promise.withResolvers<void>();
        ended.set(tripId, end);
        await utils.addJob('seat', { tripId });
        await end.promise;
        ended.delete(tripId);
      });
      await requireNoneLeft(pool);
      return measured;
    },
    close: async () => {
      await runner.stop();
      await utils.release();
      await pool.end();
    },
  };
};

/** A job may be on its way out after the one that it added has ended. */
async function requireNoneLeft(pool: pg.Pool): Promise<void> {
  for (let looks = 0; looks < 50; looks += 1) {
    const { rows } = await pool.query('SELECT count(*)::int AS count FROM graphile_worker.jobs');
    if (rows[0].count === 0) return;
    await pause(100);
  }
  throw new Error('jobs are left that nobody does');
}
