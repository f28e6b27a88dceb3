import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Roles } from '../users.contract.js';
import type { CredentialsRow } from './accounts.js';

/** Sessions of one user; opening one more ends the oldest. */
export const SESSIONS_PER_USER = 20;
/** A session that is not refreshed for this long has ended. */
const LIFETIME = '30 days';

const GrantRow = z.object({ user_id: z.uuid(), roles: Roles, generation: z.int() });
export type GrantRow = z.output<typeof GrantRow>;
const OpenedRow = z.object({ roles: Roles });
const GenerationRow = z.object({ generation: z.int() });

/** Signed-in sessions. Writing needs an open unit of work. */
@Injectable()
export class Sessions {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: ContextDatabase,
  ) {}

  /**
   * Opens a session for an account whose password was checked against `password_hash`; undefined when the account has
   * another one by now. The share lock orders this with a change of the password: either that waits and then ends
   * the session opened here, or this waits and sees the new hash.
   */
  async open(id: string, account: CredentialsRow): Promise<GrantRow | undefined> {
    const [opened] = await this.unit.query(
      OpenedRow,
      `WITH account AS (SELECT id, roles FROM users.accounts WHERE id = $2 AND password_hash = $3 FOR SHARE),
            opened AS (INSERT INTO users.sessions (id, user_id, generation, expires_at)
                       SELECT $1, id, 1, now() + $4::interval FROM account)
       SELECT roles FROM account`,
      [id, account.id, account.password_hash, LIFETIME],
    );
    if (opened === undefined) return undefined;
    await this.unit.execute(
      `DELETE FROM users.sessions WHERE user_id = $1 AND (expires_at <= now() OR id IN (
         SELECT id FROM users.sessions WHERE user_id = $1 ORDER BY opened_at DESC, id = $3 DESC OFFSET $2))`,
      [account.id, SESSIONS_PER_USER, id],
    );
    return { user_id: account.id, roles: opened.roles, generation: 1 };
  }

  /** The current generation of a live session. */
  async generation(id: string): Promise<number | undefined> {
    const [row] = await this.database.query(
      GenerationRow,
      'SELECT generation FROM users.sessions WHERE id = $1 AND expires_at > now()',
      [id],
    );
    return row?.generation;
  }

  /** The next generation of a session, with the roles its user has now; undefined unless `generation` is current. */
  async refresh(id: string, generation: number): Promise<GrantRow | undefined> {
    const [row] = await this.unit.query(
      GrantRow,
      `UPDATE users.sessions s SET generation = s.generation + 1, expires_at = now() + $3::interval
       FROM users.accounts a
       WHERE s.id = $1 AND s.generation = $2 AND s.expires_at > now() AND a.id = s.user_id
       RETURNING s.user_id, a.roles, s.generation`,
      [id, generation, LIFETIME],
    );
    return row;
  }

  async end(id: string): Promise<void> {
    await this.unit.execute('DELETE FROM users.sessions WHERE id = $1', [id]);
  }

  async endOf(userId: string, id: string): Promise<void> {
    await this.unit.execute('DELETE FROM users.sessions WHERE id = $1 AND user_id = $2', [id, userId]);
  }

  async endAllOf(userId: string): Promise<void> {
    await this.unit.execute('DELETE FROM users.sessions WHERE user_id = $1', [userId]);
  }
}
