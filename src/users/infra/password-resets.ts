import { hash, randomBytes } from 'node:crypto';
import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

/** How long a token counts. */
export const RESET_MINUTES = 30;
const TOKEN_BYTES = 32;
/** More than are given at once, so that what has expired goes away faster than it comes. */
const SWEPT_AT_ONCE = 20;

const UserRow = z.object({ user_id: z.uuid() });
const OwnerRow = UserRow.extend({ email: z.string(), name: z.string() });
type OwnerRow = z.output<typeof OwnerRow>;

/** A random token, of which the table has the hash only: it can't be guessed, so a fast hash is enough. */
export const newResetToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');
const hashOf = (token: string): string => hash('sha256', token, 'base64url');

/**
 * One-time tokens for new passwords. Those of an account count side by side, so that who asks for more of them takes
 * none from its owner: one a minute, each for half an hour, which makes 30. Writing needs an open unit of work.
 */
@Injectable()
export class PasswordResets {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: ContextDatabase,
  ) {}

  /**
   * One more for the account of the address, in lower case. Returns whose it is; undefined, and nothing is given, where
   * there is no account, or within a minute of its last one. The statements are the same for any address.
   */
  async give(email: string, token: string): Promise<string | undefined> {
    // One after the other, whoever asks for the same account.
    await this.unit.query(UserRow, 'SELECT id AS user_id FROM users.accounts WHERE email = $1 FOR NO KEY UPDATE', [
      email,
    ]);
    this.unit.write(
      `DELETE FROM users.password_resets WHERE token_hash IN (
         SELECT token_hash FROM users.password_resets WHERE expires_at <= now()
         ORDER BY expires_at LIMIT ${SWEPT_AT_ONCE} FOR UPDATE SKIP LOCKED)`,
    );
    const [given] = await this.unit.query(
      UserRow,
      `INSERT INTO users.password_resets (token_hash, user_id, given_at, expires_at)
       SELECT $2, a.id, now(), now() + make_interval(mins => $3) FROM users.accounts a
       WHERE a.email = $1 AND NOT EXISTS (
         SELECT FROM users.password_resets r WHERE r.user_id = a.id AND r.given_at > now() - interval '1 minute')
       RETURNING user_id`,
      [email, hashOf(token), RESET_MINUTES],
    );
    return given?.user_id;
  }

  /** It was not sent: another one may be given at once. */
  async takeBack(token: string): Promise<void> {
    await this.unit.execute('DELETE FROM users.password_resets WHERE token_hash = $1', [hashOf(token)]);
  }

  /** Whose token it is; undefined when it is nobody's or has expired. */
  async ownerOf(token: string): Promise<OwnerRow | undefined> {
    const [row] = await this.database.query(
      OwnerRow,
      `SELECT r.user_id, a.email, a.name FROM users.password_resets r JOIN users.accounts a ON a.id = r.user_id
       WHERE r.token_hash = $1 AND r.expires_at > now()`,
      [hashOf(token)],
    );
    return row;
  }

  /** Uses the token up, and with it whatever else its owner was sent; false when it does not count any more. */
  async use(token: string): Promise<boolean> {
    const used = await this.unit.execute(
      `DELETE FROM users.password_resets WHERE user_id = (
         SELECT user_id FROM users.password_resets WHERE token_hash = $1 AND expires_at > now())`,
      [hashOf(token)],
    );
    return used > 0;
  }

  /** The account has another password or address by now: what was sent before must not count. */
  async forget(userId: string): Promise<void> {
    await this.unit.execute('DELETE FROM users.password_resets WHERE user_id = $1', [userId]);
  }
}
