import { setTimeout as pause } from 'node:timers/promises';
import { PgBoss, type Job } from 'pg-boss';
import { charge, issueTicket, requireWhole, takeSeat, type Trip } from '../../contestants/workflow/steps.ts';
import type { Contestant, Surroundings } from '../../harness/contestant.ts';
import { keepBusy } from '../../harness/keep-busy.ts';

/**
 * A job for each step, which sends the job of the next. One worker per queue, woken by NOTIFY, that takes all that is
 * there: more workers are all woken for each job and only find that another has it.
 */
export const open = async ({ databaseUrl }: Surroundings): Promise<Contestant> => {
  const boss = new PgBoss({ connectionString: databaseUrl, max: 16, useListenNotify: true });
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  boss.on('error', failed.reject);
  await boss.start();
  const ended = new Map<string, () => void>();
  const on = async (queue: string, step: (trip: Trip) => Promise<object>, next?: string): Promise<void> => {
    await boss.createQueue(queue, { notify: true });
    await boss.work<Trip>(queue, { batchSize: 64, burstWhenBatchFull: true }, async (jobs: Job<Trip>[]) => {
      const trips = await Promise.all(jobs.map(async ({ data }) => ({ ...data, ...(await step(data)) })));
      if (next !== undefined)
        await boss.insert(
          next,
          trips.map((data) => ({ data })),
        );
      else for (const trip of trips) ended.get(trip.tripId)?.(requireWhole(trip));
    });
  };
  await on('ticket', ({ tripId }) => issueTicket(tripId));
  await on('payment', ({ tripId }) => charge(tripId), 'ticket');
  await on('seat', ({ tripId }) => takeSeat(tripId), 'payment');
  let started = 0;
  return {
    run: async (work) => {
      const measured = await keepBusy(work, async () => {
        const tripId = `trip-${(started += 1)}`;
        const { promise, resolve } = Promise.withResolvers<void>();
        ended.set(tripId, resolve);
        await boss.send('seat', { tripId });
        await Promise.race([promise, failed.promise]);
        ended.delete(tripId);
      });
      await requireCompleted(boss, started);
      return measured;
    },
    close: () => boss.stop({ graceful: false }),
  };
};

/** The last jobs' ends are stored after their handlers have told. */
async function requireCompleted(boss: PgBoss, started: number): Promise<void> {
  let completed = 0;
  for (let looks = 0; looks < 50; looks += 1) {
    const { rows } = await boss
      .getDb()
      .executeSql(`SELECT count(*)::int AS count FROM pgboss.job WHERE name = 'ticket' AND state = 'completed'`, []);
    if ((completed = rows[0].count) === started) return;
    await pause(100);
  }
  throw new Error(`${started} workflows were run, ${completed} of them ended well in the database`);
}
