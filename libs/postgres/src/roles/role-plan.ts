import { escapeIdentifier } from 'pg';
import type { FoundRole } from './found-role.js';
import type { WantedRole } from './wanted-role.js';

/** A part of making a role: what is said of it, and how it is done. */
export interface RoleStep {
  readonly said: string;
  readonly statements: readonly string[];
}

/** What keeps a role from being a context's own; a sentence each. */
export function roleRefusals({ variable, role }: WantedRole, found: FoundRole): readonly string[] {
  const { superuser, powers, databases } = found;
  if (superuser) return [`${variable}: "${role}" is a superuser: name a role that is none`];
  return [
    ...(powers.length === 0
      ? []
      : [
          `${variable}: "${role}" has ${powers.join(', ')}, which no context needs: name another role, or take it away`,
        ]),
    ...(databases.length === 0
      ? []
      : [`${variable}: "${role}" has rights in ${databases.join(', ')} already: name a role of this database alone`]),
  ];
}

/**
 * What is still to be done until the role owns its schemas and nobody else uses them. Empty when that is so.
 * @param verifier what the server is to keep of the password; undefined when the role gets in with it already
 */
export function planRole(
  { context, role }: WantedRole,
  found: FoundRole,
  database: string,
  verifier: string | undefined,
): readonly RoleStep[] {
  const name = escapeIdentifier(role);
  const step = (said: string, ...statements: readonly string[]): RoleStep => ({
    said: `${context}: ${said}`,
    statements,
  });
  const steps: RoleStep[] = [];
  if (!found.exists)
    // All that a role may have beyond this is off unless it is asked for.
    steps.push(step(`the role "${role}" is made`, `CREATE ROLE ${name} LOGIN`));
  else if (!found.login) steps.push(step(`the role "${role}" may log in`, `ALTER ROLE ${name} LOGIN`));
  // Hexadecimal and base64 only, so nothing has to be escaped.
  if (verifier !== undefined)
    steps.push(step(`the password of "${role}" is set`, `ALTER ROLE ${name} PASSWORD '${verifier}'`));
  if (!found.may_connect)
    steps.push(
      step(
        `"${role}" may connect to this database`,
        `GRANT CONNECT ON DATABASE ${escapeIdentifier(database)} TO ${name}`,
      ),
    );
  for (const { schema, is_there, owned, owner, owner_super, foreign, open_to } of found.schemas) {
    const quoted = escapeIdentifier(schema);
    if (!is_there) steps.push(step(`the schema ${schema} is made`, `CREATE SCHEMA ${quoted} AUTHORIZATION ${name}`));
    else if (!owned || foreign.length > 0)
      steps.push(
        step(
          `the schema ${schema}${owned ? '' : ` of "${owner}"`} and ${foreign.length} tables, functions or types in it go to "${role}"` +
            (owned || owner_super ? '' : `; hosts that log in as "${owner}" can't work with it any more`),
          // The schema first: a new owner of a table needs the right to create in its schema.
          ...(owned ? [] : [`ALTER SCHEMA ${quoted} OWNER TO ${name}`]),
          ...foreign.map((alter) => `${alter} OWNER TO ${name}`),
        ),
      );
    if (open_to.length > 0)
      steps.push(
        step(
          `the schema ${schema} is closed to ${open_to.join(', ')}`,
          `REVOKE ALL ON SCHEMA ${quoted} FROM ${open_to.map((to) => (to === 'PUBLIC' ? to : escapeIdentifier(to))).join(', ')}`,
        ),
      );
  }
  return steps;
}
