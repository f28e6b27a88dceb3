/** @typedef {import('@electric-sql/pglite').PGlite} PGlite */

/** Ids below are those of the objects that a fresh database has. */
const FIRST_OWN_OID = 16_384;

/** @param {string} name */
const quoted = (name) => `"${name.replaceAll('"', '""')}"`;

/** @type {string | undefined} one for all: every engine in memory is of one version */
let countOfObjects;

/**
 * @param {PGlite} pglite @returns {Promise<string>} a query that counts the rows of all catalogs that a fresh database
 * does not have
 */
const countIn = async (pglite) => {
  const { rows } = await pglite.query(
    `SELECT relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'oid'
     WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r'`,
  );
  const catalogs = rows.map((row) => String(Reflect.get(/** @type {object} */ (row), 'name')));
  const counts = catalogs.map(
    (name) => `(SELECT count(*) FROM pg_catalog.${quoted(name)} WHERE oid >= ${FIRST_OWN_OID})`,
  );
  return `SELECT ${[...counts, '(SELECT count(*) FROM pg_db_role_setting)'].join(' + ')} AS objects`;
};

/**
 * Ends what a session has open and drops every schema that was created: a context's rows are in one of its own.
 * @param {PGlite} pglite
 * @returns {Promise<boolean>} whether it is as good as new then: no catalog has anything that a fresh database has not
 */
export const emptied = async (pglite) => {
  await pglite.exec('ROLLBACK');
  await pglite.exec('DISCARD ALL');
  const { rows } = await pglite.query(`SELECT nspname AS name FROM pg_namespace WHERE oid >= ${FIRST_OWN_OID}`);
  const schemas = rows.map((row) => quoted(String(Reflect.get(/** @type {object} */ (row), 'name'))));
  if (schemas.length > 0) await pglite.exec(`DROP SCHEMA ${schemas.join(', ')} CASCADE`);
  countOfObjects ??= await countIn(pglite);
  const { rows: counted } = await pglite.query(countOfObjects);
  return Number(Reflect.get(/** @type {object} */ (counted[0]), 'objects')) === 0;
};
