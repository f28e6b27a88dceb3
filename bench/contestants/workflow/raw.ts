import { Pool } from 'pg';
import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { charge, issueTicket, requireAll, requireWhole, takeSeat, type Trip } from './steps.js';

const CONNECTIONS = 16;

const begin = { name: 'begin', text: `INSERT INTO workflow (id, state, step) VALUES ($1, $2, 'seat')` };
const save = {
  name: 'save',
  text: `UPDATE workflow SET state = $2, step = $3, updated_at = now() WHERE id = $1 AND step = $4`,
};
const end = {
  name: 'end',
  text: `UPDATE workflow SET status = 'completed', step = NULL, updated_at = now() WHERE id = $1 AND status = 'running' RETURNING state`,
};

/** As one would write it by hand: each statement commits by itself. */
export const open = async ({ databaseUrl }: Surroundings): Promise<Contestant> => {
  const pool = new Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  await pool.query(`CREATE TABLE workflow (
    id text PRIMARY KEY, status text NOT NULL DEFAULT 'running', step text, state jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now())`);
  let started = 0;
  let completed = 0;

  const saved = async (trip: Trip, done: string, next: string): Promise<void> => {
    const { rowCount } = await pool.query({ ...save, values: [trip.tripId, JSON.stringify(trip), next, done] });
    if (rowCount !== 1) throw new Error(`${trip.tripId} is not at ${done}`);
  };
  const run = async (): Promise<void> => {
    const tripId = `trip-${(started += 1)}`;
    let trip: Trip = { tripId };
    await pool.query({ ...begin, values: [tripId, JSON.stringify(trip)] });
    trip = { ...trip, ...(await takeSeat(tripId)) };
    await saved(trip, 'seat', 'payment');
    trip = { ...trip, ...(await charge(tripId)) };
    await saved(trip, 'payment', 'ticket');
    trip = { ...trip, ...(await issueTicket(tripId)) };
    await saved(trip, 'ticket', 'end');
    const { rows } = await pool.query<{ state: Trip }>({ ...end, values: [tripId] });
    if (rows[0] === undefined) throw new Error(`${tripId} did not end`);
    requireWhole(rows[0].state);
    completed += 1;
  };
  return {
    run: async (work) => {
      const measured = await keepBusy(work, run);
      const { rows } = await pool.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM workflow WHERE status = 'completed'`,
      );
      requireAll(rows[0]?.count, completed);
      return measured;
    },
    close: () => pool.end(),
  };
};
