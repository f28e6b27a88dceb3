import { DBOS } from '@dbos-inc/dbos-sdk';
import { Pool } from 'pg';
import {
  charge,
  issueTicket,
  requireAll,
  requireWhole,
  takeSeat,
  type Trip,
} from '../../contestants/workflow/steps.ts';
import type { Contestant, Surroundings } from '../../harness/contestant.ts';
import { keepBusy } from '../../harness/keep-busy.ts';

export const open = async ({ databaseUrl }: Surroundings): Promise<Contestant> => {
  DBOS.setConfig({ name: 'trips', systemDatabaseUrl: databaseUrl, logLevel: 'error' });
  const booking = DBOS.registerWorkflow(
    async (tripId: string): Promise<Trip> => {
      const { seat } = await DBOS.runStep(() => takeSeat(tripId), { name: 'seat' });
      const { payment } = await DBOS.runStep(() => charge(tripId), { name: 'payment' });
      const { ticket } = await DBOS.runStep(() => issueTicket(tripId), { name: 'ticket' });
      return { tripId, seat, payment, ticket };
    },
    { name: 'booking' },
  );
  await DBOS.launch();
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  let started = 0;
  let completed = 0;
  return {
    run: async (work) => {
      const measured = await keepBusy(work, async () => {
        const tripId = `trip-${(started += 1)}`;
        const workflow = await DBOS.startWorkflow(booking, { workflowID: tripId })(tripId);
        requireWhole(await workflow.getResult());
        completed += 1;
      });
      const { rows } = await pool.query(
        `SELECT count(*)::int AS count FROM dbos.workflow_status WHERE status = 'SUCCESS'`,
      );
      requireAll(rows[0].count, completed);
      return measured;
    },
    close: async () => {
      await pool.end();
      await DBOS.shutdown();
    },
  };
};
