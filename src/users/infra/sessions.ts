import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Roles } from '../users.contract.js';
import type { CredentialsRow } from './accounts.js';

/** Sessions of one user; opening one more ends the oldest. */
export const SESSIONS_PER_USER = 20;
/** A refresh may be repeated for this long, as long as what it gave was not used. */
export const REFRESH_GRACE_SECONDS = 10;
/** A session that is not refreshed for this long has ended. */
const LIFETIME = '30 days';

const GrantRow = z.object({ user_id: z.uuid(), roles: Roles, generation: z.int() });
export type GrantRow = z.output<typeof GrantRow>;
const CurrentGrantRow = GrantRow.extend({ was_just_refreshed: z.boolean() });
type CurrentGrantRow = z.output<typeof CurrentGrantRow>;
/** `ended`: the ids of sessions that made room. */
export type OpenedGrant = GrantRow & { readonly ended: readonly string[] };
const EndedRow = z.object({ id: z.uuid() });
const OpenedRow = z.object({ roles: Roles });
const GenerationRow = z.object({ generation: z.int() });

/** Ids that one answer lists. */
export const ENDED_PER_PAGE = 1_000;
/** More than end at once, so that what is forgotten goes away faster than it comes. */
const SWEPT_AT_ONCE = 2 * SESSIONS_PER_USER;

/**
 * Signed-in sessions. Writing needs an open unit of work. What ends sessions returns their ids, to be announced to all
 * hosts once that is committed.
 */
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
  async open(id: string, account: CredentialsRow): Promise<OpenedGrant | undefined> {
    const [opened] = await this.unit.query(
      OpenedRow,
      `WITH account AS (SELECT id, roles FROM users.accounts WHERE id = $2 AND password_hash = $3 FOR SHARE),
            opened AS (INSERT INTO users.sessions (id, user_id, generation, expires_at)
                       SELECT $1, id, 1, now() + $4::interval FROM account)
       SELECT roles FROM account`,
      [id, account.id, account.password_hash, LIFETIME],
    );
    if (opened === undefined) return undefined;
    const ended = await this.#end(
      `user_id = $1 AND (expires_at <= now() OR id IN (
         SELECT id FROM users.sessions WHERE user_id = $1 ORDER BY opened_at DESC, id = $3 DESC OFFSET $2))`,
      [account.id, SESSIONS_PER_USER, id],
    );
    return { user_id: account.id, roles: opened.roles, generation: 1, ended };
  }

  /** What a live session stands for now. */
  async grant(id: string): Promise<CurrentGrantRow | undefined> {
    const [row] = await this.database.query(
      CurrentGrantRow,
      `SELECT s.user_id, a.roles, s.generation,
              coalesce(s.refreshed_at > now() - make_interval(secs => $2), false) AS was_just_refreshed
       FROM users.sessions s JOIN users.accounts a ON a.id = s.user_id
       WHERE s.id = $1 AND s.expires_at > now()`,
      [id, REFRESH_GRACE_SECONDS],
    );
    return row;
  }

  /** Whether it is a session of the user that goes on, as the open unit of work sees it. */
  async isLive(userId: string, id: string): Promise<boolean> {
    const rows = await this.unit.query(
      GenerationRow,
      'SELECT generation FROM users.sessions WHERE id = $1 AND user_id = $2 AND expires_at > now()',
      [id, userId],
    );
    return rows.length === 1;
  }

  /** The next generation of a session, with the roles its user has now; undefined unless `generation` is current. */
  async refresh(id: string, generation: number): Promise<GrantRow | undefined> {
    const [row] = await this.unit.query(
      GrantRow,
      `UPDATE users.sessions s SET generation = s.generation + 1, refreshed_at = now(), expires_at = now() + $3::interval
       FROM users.accounts a
       WHERE s.id = $1 AND s.generation = $2 AND s.expires_at > now() AND a.id = s.user_id
       RETURNING s.user_id, a.roles, s.generation`,
      [id, generation, LIFETIME],
    );
    return row;
  }

  end(id: string): Promise<readonly string[]> {
    return this.#end('id = $1', [id]);
  }

  endOf(userId: string, id: string): Promise<readonly string[]> {
    return this.#end('id = $1 AND user_id = $2', [id, userId]);
  }

  endAllOf(userId: string): Promise<readonly string[]> {
    return this.#end('user_id = $1', [userId]);
  }

  /** Those that ended within so many seconds, in the order of their ids, a page behind `after`. */
  async endedLately(withinSeconds: number, after: string | undefined): Promise<readonly string[]> {
    const rows = await this.database.query(
      EndedRow,
      `SELECT session_id AS id FROM users.ended_sessions
       WHERE ended_at > now() - make_interval(secs => $1) AND ($2::uuid IS NULL OR session_id > $2)
       ORDER BY session_id LIMIT ${ENDED_PER_PAGE}`,
      [withinSeconds, after ?? null],
    );
    return rows.map(({ id }) => id);
  }

  /** Notes what ends, for the hosts that have to know, and forgets what none of them needs to know any more. */
  async #end(which: string, params: readonly unknown[]): Promise<readonly string[]> {
    const ended = await this.unit.query(
      EndedRow,
      `WITH ended AS (DELETE FROM users.sessions WHERE ${which} RETURNING id)
       INSERT INTO users.ended_sessions (session_id) SELECT id FROM ended RETURNING session_id AS id`,
      params,
    );
    await this.unit.execute(
      `DELETE FROM users.ended_sessions WHERE session_id IN (
         SELECT session_id FROM users.ended_sessions WHERE ended_at < now() - interval '1 hour'
         ORDER BY ended_at LIMIT ${SWEPT_AT_ONCE} FOR UPDATE SKIP LOCKED)`,
    );
    return ended.map(({ id }) => id);
  }
}
