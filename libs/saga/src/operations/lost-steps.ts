import { quoted } from '@isolith/postgres/internal';
import { ContextDatabase, type Inspection } from '@isolith/journal';
import { handledCommands } from '@isolith/journal/internal';
import { z } from 'zod';
import { possibleCommandIds } from '../instance/command-id.js';

const AT_MOST = 10_000;

const thereRow = z.object({ is_there: z.boolean() });
const sagaRow = z.object({ name: z.string(), id: z.string(), status: z.string(), done: z.array(z.string()) });

/**
 * Steps of sagas of the last day that were done and of which no context has a record any more: their receiver was
 * restored from before them. Nothing repeats them, so people have to look.
 */
export const lostSteps: Inspection = async (journals) => {
  const lines: string[] = [];
  for (const journal of journals.values()) {
    const database = new ContextDatabase(journal);
    const [table] = await database.query(thereRow, `SELECT to_regclass($1) IS NOT NULL AS is_there`, [
      `${quoted(journal.schema)}.saga`,
    ]);
    if (table?.is_there !== true) continue;
    const sagas = await database.query(
      sagaRow,
      `SELECT name, id, status, done FROM ${quoted(journal.schema)}.saga WHERE updated_at > now() - interval '1 day' ORDER BY updated_at DESC LIMIT ${AT_MOST}`,
    );
    const steps = sagas.flatMap(({ name, id, status, done }) =>
      done.map((step) => ({ name, id, status, step, ids: possibleCommandIds({ name, id }, step) })),
    );
    const known = new Set<string>();
    for (const receiver of journals.values())
      for (const id of await handledCommands(
        receiver,
        steps.flatMap(({ ids }) => ids),
      ))
        known.add(id);
    for (const { name, id, status, step, ids } of steps)
      if (!ids.some((each) => known.has(each)))
        lines.push(
          `saga ${name} ${id} (${status}): step ${step} was done, and no context has a record of it; what it did is gone, unless it was done elsewhere too`,
        );
  }
  return lines;
};
