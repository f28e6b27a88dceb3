import { quoted } from '@isolith/postgres/internal';
import type { ContextDatabase } from '@isolith/journal';
import { z } from 'zod';
import { possibleCommandIds } from '../instance/command-id.js';
import { progressSchema, sagaStatus } from '../instance/progress.js';

/** A saga, or what happened to it. */
export interface SagaCause {
  readonly id: string;
  /** The saga, of what happened to it. */
  readonly parent?: string;
  readonly kind: 'saga' | 'step';
  readonly name: string;
  readonly at: Date;
  /** The status of a saga. */
  readonly outcome?: string;
  readonly detail?: string;
  /** Ids that the command of a step may have had: what they led to is of this step. */
  readonly sent?: readonly string[];
}

/** Sagas of one correlation id. */
const MOST_SAGAS = 100;

const sagaRow = z.object({ name: z.string(), id: z.string(), status: sagaStatus, created_at: z.date() });
const stepRow = z.object({
  name: z.string(),
  id: z.string(),
  seq: z.int(),
  at: z.date(),
  what: z.string(),
  trouble: progressSchema.shape.trouble,
});

/** The sagas of one correlation id and what happened to them, the oldest first; at most `limit` entries. */
export async function sagaCauses(
  schema: string,
  database: Pick<ContextDatabase, 'query'>,
  correlationId: string,
  limit: number,
): Promise<{ readonly items: readonly SagaCause[]; readonly more: boolean }> {
  const tables = quoted(schema);
  const sagas = await database.query(
    sagaRow,
    `SELECT name, id, status, created_at FROM ${tables}.saga WHERE correlation_id = $1 ORDER BY created_at, name, id LIMIT $2`,
    [correlationId, MOST_SAGAS + 1],
  );
  const known = sagas.slice(0, MOST_SAGAS);
  const steps = await database.query(
    stepRow,
    `SELECT t.name, t.id, t.seq, t.at, t.what, t.trouble FROM unnest($1::text[], $2::text[]) AS s(name, id)
     JOIN ${tables}.saga_transition t ON t.name = s.name AND t.id = s.id ORDER BY t.at, t.name, t.id, t.seq LIMIT $3`,
    [known.map(({ name }) => name), known.map(({ id }) => id), limit + 1],
  );
  return {
    items: [...known.map(causeOfSaga), ...steps.slice(0, limit).map(causeOfStep)],
    more: sagas.length > MOST_SAGAS || steps.length > limit,
  };
}

const sagaId = ({ name, id }: { readonly name: string; readonly id: string }): string => `${name}:${id}`;

const causeOfSaga = (saga: z.output<typeof sagaRow>): SagaCause => ({
  id: sagaId(saga),
  kind: 'saga',
  name: saga.name,
  at: saga.created_at,
  outcome: saga.status,
  detail: saga.id,
});

function causeOfStep({ seq, at, what, trouble, ...saga }: z.output<typeof stepRow>): SagaCause {
  const [, step, ended] = /^(\S+) (done|failed|unknown|compensated)\b/.exec(what) ?? [];
  const sent = step === undefined ? undefined : ended === 'compensated' ? `${step}.compensate` : step;
  return {
    id: `${sagaId(saga)}#${seq}`,
    parent: sagaId(saga),
    kind: 'step',
    name: what,
    at,
    ...(trouble === null ? {} : { detail: `${trouble.type}: ${trouble.detail}` }),
    ...(sent === undefined ? {} : { sent: possibleCommandIds(saga, sent) }),
  };
}
