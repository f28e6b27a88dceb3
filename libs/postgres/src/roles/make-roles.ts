import { escapeIdentifier } from 'pg';
import { DatabaseRefusedError } from '../connections/errors.js';
import { migrationLock } from '../databases/open-context.js';
import type { Session } from '../connections/session.js';
import { reachOf, reachWarning } from '../surroundings/role-reach.js';
import { administratorOf, getsIn, sessionAt, type Administrator } from './admin-session.js';
import { findRole } from './found-role.js';
import { planRole, roleRefusals, type RoleStep } from './role-plan.js';
import { scramVerifier } from './scram-verifier.js';
import { wantedRoles, type RoleOwner, type WantedRole } from './wanted-role.js';

/** What `makeRoles` makes, and whether it writes. */
export interface RolesOptions {
  /** Every context that has a role of its own to have. */
  readonly owners: readonly RoleOwner[];
  /** The database, with an account that may make roles and owns what is to change hands, or is a superuser. */
  readonly adminUrl: string;
  /** What people set to name it. */
  readonly adminVariable: string;
  /** Without it nothing is written: what would be done is only said. */
  readonly apply: boolean;
  /** One line for a human. */
  readonly say: (line: string) => void;
}

/** How much `makeRoles` did or found. */
export interface RolesResult {
  /** What was done, or with `apply` would be. */
  readonly steps: number;
  /** Roles that reach more than their own schemas for a reason that people have to see to. */
  readonly toSee: number;
}

/**
 * Gives each context the role that its URL names: it owns the schemas of its context, and no other context may use
 * them. What is so already is left alone, so this can be repeated, for a new context or after a restore. Each context
 * in a transaction of its own, in which no host migrates it. Afterwards every role logs in and says what it reaches.
 * @throws DatabaseRefusedError with everything that speaks against it, and nothing written
 */
export async function makeRoles(options: RolesOptions): Promise<RolesResult> {
  const { owners, adminUrl, adminVariable, apply, say } = options;
  const { wanted, elsewhere, reasons } = wantedRoles(owners, adminUrl);
  if (reasons.length > 0) throw new DatabaseRefusedError(reasons);
  if (wanted.length === 0) throw new DatabaseRefusedError([`${adminVariable}: no context is in that database`]);
  for (const context of elsewhere) say(`${context}: is in another database, whose administrator makes its role`);
  const session = await sessionAt(adminUrl, adminVariable);
  try {
    const admin = await administratorOf(session);
    if (!admin.may_create_roles)
      throw new DatabaseRefusedError([
        `${adminVariable}: "${admin.role}" may not make roles: name a superuser, or one with CREATEROLE`,
      ]);
    const plan = (each: WantedRole): Promise<Planned> => planned(session, admin, each, wanted);
    const plans: (readonly [WantedRole, readonly RoleStep[]])[] = [];
    const refusals: string[] = [];
    for (const each of wanted) {
      const { steps, refused } = await plan(each);
      refusals.push(...refused);
      plans.push([each, steps]);
    }
    if (refusals.length > 0) throw new DatabaseRefusedError(refusals);
    let steps = 0;
    for (const [each, first] of plans) {
      steps += first.length;
      if (!apply) for (const { said } of first) say(said);
      else if (first.length > 0)
        for (const { said } of await applied(session, admin, each, async () => (await plan(each)).steps))
          say(`${said}: done`);
    }
    if (steps > 0 && !apply) return { steps, toSee: 0 };
    return { steps, toSee: await verified(wanted, say) };
  } finally {
    await session.end();
  }
}

interface Planned {
  readonly steps: readonly RoleStep[];
  readonly refused: readonly string[];
}

async function planned(
  session: Session,
  { database }: Administrator,
  each: WantedRole,
  all: readonly WantedRole[],
): Promise<Planned> {
  const others = all.filter(({ role }) => role !== each.role).map(({ role }) => role);
  const found = await findRole(session, each, others);
  const known = found.exists && (await getsIn(each.url, each.variable));
  const verifier = known ? undefined : await scramVerifier(each.password);
  return { steps: planRole(each, found, database, verifier), refused: roleRefusals(each, found) };
}

/** In one transaction, with what is to be done looked up under the locks of the context's migrations. */
async function applied(
  session: Session,
  admin: Administrator,
  { role, schemas }: WantedRole,
  plan: () => Promise<readonly RoleStep[]>,
): Promise<readonly RoleStep[]> {
  await session.query('BEGIN');
  try {
    for (const schema of schemas)
      await session.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [migrationLock(schema)]);
    const steps = await plan();
    let joined: boolean | undefined;
    for (const statement of steps.flatMap(({ statements }) => statements)) {
      // Who is no superuser gives away to a role that it is a member of, which can be one as soon as it is made.
      joined ??= await join(session, admin, role);
      await session.query(statement);
    }
    if (joined === true) await session.query(`REVOKE ${escapeIdentifier(role)} FROM CURRENT_USER`);
    await session.query('COMMIT');
    return steps;
  } catch (error) {
    await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/**
 * Makes the administrator a member of the role, unless it is one or needs not be. Yields whether that has to be taken
 * back; undefined as long as there is no such role.
 */
async function join(
  session: Session,
  { superuser, version }: Administrator,
  role: string,
): Promise<boolean | undefined> {
  if (superuser) return false;
  if ((await session.query('SELECT FROM pg_roles WHERE rolname = $1', [role])).length === 0) return undefined;
  // Since 16 a maker of roles is a member of what it made, but one that can't act as it; what it grants itself stands
  // beside that.
  const own = version >= 160_000 ? 'AND grantor = member' : '';
  const found = await session.query(
    `SELECT FROM pg_auth_members WHERE roleid = (SELECT oid FROM pg_roles WHERE rolname = $1)
       AND member = (SELECT oid FROM pg_roles WHERE rolname = current_user) ${own}`,
    [role],
  );
  if (found.length > 0) return false;
  await session.query(`GRANT ${escapeIdentifier(role)} TO CURRENT_USER`);
  return true;
}

/** Asks each role itself. Yields how many reach more than their own. */
async function verified(wanted: readonly WantedRole[], say: (line: string) => void): Promise<number> {
  const all = wanted.flatMap(({ schemas }) => schemas);
  let toSee = 0;
  for (const { context, schemas, url, variable } of wanted) {
    const session = await sessionAt(url, variable);
    try {
      const warning = reachWarning(await reachOf(session, all), new Map([[context, new Set(schemas)]]));
      if (warning === undefined) continue;
      toSee += 1;
      say(`${variable}: ${warning}`);
    } finally {
      await session.end();
    }
  }
  return toSee;
}
