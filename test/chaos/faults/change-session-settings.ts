import { escapeLiteral } from 'pg';
import { z } from 'zod';
import type { MakeFault } from './fault.js';

/** What an operator may set for a database, and what code that parses what a session sends could rest on. */
const SETTINGS: readonly (readonly [string, string])[] = [
  ['datestyle', 'German, DMY'],
  ['intervalstyle', 'sql_standard'],
  ['timezone', 'Asia/Kathmandu'],
  ['bytea_output', 'escape'],
  ['extra_float_digits', '-15'],
  ['default_transaction_isolation', 'serializable'],
  ['search_path', 'nowhere'],
  ['standard_conforming_strings', 'off'],
  ['lock_timeout', '1'],
  ['statement_timeout', '1'],
  ['client_encoding', 'LATIN1'],
];
/** With one of the others nothing would work for whoever sets them, either. */
const TOGETHER = 7;
const shown = z.object({ value: z.string() });

/**
 * Settings of the database change, one of them or all, and its sessions are ended so that those who connect anew have
 * them.
 */
export const changeSessionSettings: MakeFault = ({ operator }, { way }) => {
  const one = SETTINGS[Math.floor(way / 2) % SETTINGS.length];
  const settings = way % 2 === 1 || one === undefined ? SETTINGS.slice(0, TOGETHER) : [one];
  const database = `ALTER DATABASE ${operator.quotedName}`;
  let ended = 0;
  let changed = 0;
  return {
    hit: async () => {
      await operator.execute(...settings.map(([name, value]) => `${database} SET ${name} = ${escapeLiteral(value)}`));
      // Only sessions that begin now have them, as this one.
      for (const [name, value] of settings) {
        const [found] = await operator.query(shown, 'SELECT current_setting($1) AS value', [name]);
        changed += Number(found?.value.startsWith(value) ?? false);
      }
      ended = await operator.endSessions();
    },
    heal: async () => {
      await operator.execute(`${database} RESET ALL`);
      await operator.endSessions();
    },
    effect: () => ({ [`settings (${settings.map(([name]) => name).join(', ')})`]: Math.min(changed, ended) }),
  };
};
