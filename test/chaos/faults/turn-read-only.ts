import { z } from 'zod';
import type { MakeFault } from './fault.js';

const NAME = 'default_transaction_read_only';
const counted = z.object({ sessions: z.coerce.number().int() });
const shown = z.object({ value: z.string() });

/**
 * The server behind the sessions becomes one that can only be read, as a primary that hands over to another. New
 * sessions reach one that can be written to, at once or, every other time, only when it is over.
 */
export const turnReadOnly: MakeFault = ({ operator }, { way }) => {
  const newOnesToo = way % 2 === 1;
  let sessions = 0;
  return {
    hit: () =>
      operator.session(async (old) => {
        const [found] = await operator.query(
          counted,
          `SELECT count(*) AS sessions FROM pg_stat_activity WHERE datname = current_database() AND application_name NOT IN ('operator', 'witness')`,
        );
        if (!newOnesToo) await operator.execute(`ALTER DATABASE ${operator.quotedName} SET ${NAME} = off`);
        await operator.execute(`ALTER SYSTEM SET ${NAME} = on`, 'SELECT pg_reload_conf()');
        // A session takes it in with its next statement.
        for (let look = 0; look < 100 && sessions === 0; look += 1) {
          const { rows } = await old.query(`SELECT current_setting('${NAME}') AS value FROM pg_sleep(0.02)`);
          if (shown.parse(rows[0]).value === 'on') sessions = found?.sessions ?? 0;
        }
      }),
    heal: async () => {
      await operator.execute(
        `ALTER SYSTEM RESET ${NAME}`,
        'SELECT pg_reload_conf()',
        `SET ${NAME} = off`,
        `ALTER DATABASE ${operator.quotedName} RESET ${NAME}`,
      );
    },
    effect: () => ({ [newOnesToo ? 'sessions and all new ones' : 'sessions']: sessions }),
  };
};
