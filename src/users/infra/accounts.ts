import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { EmailTaken, Roles, type Role } from '../users.contract.js';

export interface NewAccount {
  readonly id: string;
  /** In lower case. */
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly roles: readonly Role[];
}

export interface AccountChange {
  readonly name: string | undefined;
  /** In lower case. */
  readonly email: string | undefined;
  readonly passwordHash: string | undefined;
  /** The hash that the account must still have; undefined where it does not matter. */
  readonly provenHash: string | undefined;
}

const AccountRow = z.object({ id: z.uuid(), email: z.string(), name: z.string(), roles: Roles, created_at: z.date() });
export type AccountRow = z.output<typeof AccountRow>;

const IdRow = z.object({ id: z.uuid() });
const RolesRow = z.object({ roles: Roles });

const CredentialsRow = z.object({ id: z.uuid(), password_hash: z.string() });
export type CredentialsRow = z.output<typeof CredentialsRow>;
const OwnCredentialsRow = CredentialsRow.extend({ email: z.string() });
export type OwnCredentialsRow = z.output<typeof OwnCredentialsRow>;

/** What PostgreSQL reports when two accounts would share an address (23505: unique violation). */
const EmailCollision = z.object({ code: z.literal('23505'), constraint: z.literal('accounts_email_key') });

/** The failure behind an error of `Accounts.change`: EmailTaken for a collision, else the error itself. */
export function accountFailure(error: unknown): unknown {
  return EmailCollision.safeParse(error).success ? new EmailTaken({ pointer: '/email' }) : error;
}

/** Accounts by id and by address. Writing needs an open unit of work. */
@Injectable()
export class Accounts {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: ContextDatabase,
  ) {}

  async byId(id: string): Promise<AccountRow | undefined> {
    const [row] = await this.database.query(
      AccountRow,
      'SELECT id, email, name, roles, created_at FROM users.accounts WHERE id = $1',
      [id],
    );
    return row;
  }

  async credentialsOf(id: string): Promise<OwnCredentialsRow | undefined> {
    const [row] = await this.database.query(
      OwnCredentialsRow,
      'SELECT id, email, password_hash FROM users.accounts WHERE id = $1',
      [id],
    );
    return row;
  }

  async credentials(email: string): Promise<CredentialsRow | undefined> {
    const [row] = await this.database.query(
      CredentialsRow,
      'SELECT id, password_hash FROM users.accounts WHERE email = $1',
      [email],
    );
    return row;
  }

  /** False when the id or the address is in use. Of two writers of one address the second waits and gets false. */
  async insert({ id, email, name, passwordHash, roles }: NewAccount): Promise<boolean> {
    const inserted = await this.unit.execute(
      `INSERT INTO users.accounts (id, email, name, password_hash, roles) VALUES ($1, $2, $3, $4, $5::text[])
       ON CONFLICT DO NOTHING`,
      [id, email, name, passwordHash, roles],
    );
    return inserted === 1;
  }

  /**
   * False when there is no such account, or it has another password by now. A collision of addresses aborts the unit:
   * see `accountFailure`.
   */
  async change(id: string, { name, email, passwordHash, provenHash }: AccountChange): Promise<boolean> {
    const changed = await this.unit.execute(
      `UPDATE users.accounts
       SET name = coalesce($2, name), email = coalesce($3, email), password_hash = coalesce($4, password_hash)
       WHERE id = $1 AND ($5::text IS NULL OR password_hash = $5)`,
      [id, name ?? null, email ?? null, passwordHash ?? null, provenHash ?? null],
    );
    return changed === 1;
  }

  /** The ids of all admins; nobody becomes one or ceases to be one by another's hand until the unit ends. */
  async lockAdmins(): Promise<readonly string[]> {
    const rows = await this.unit.query(
      IdRow,
      "SELECT id FROM users.accounts WHERE 'admin' = ANY (roles) ORDER BY id FOR UPDATE",
      [],
    );
    return rows.map(({ id }) => id);
  }

  /** Each role once. Whether they are others than before; undefined when there is no such account. */
  async changeRoles(id: string, roles: readonly Role[]): Promise<boolean | undefined> {
    const [before] = await this.unit.query(RolesRow, 'SELECT roles FROM users.accounts WHERE id = $1 FOR UPDATE', [id]);
    if (before === undefined) return undefined;
    await this.unit.execute('UPDATE users.accounts SET roles = $2::text[] WHERE id = $1', [id, roles]);
    return before.roles.length !== roles.length || before.roles.some((role) => !roles.includes(role));
  }
}
