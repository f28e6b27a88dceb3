import { decoded } from '../connections/connection-url.js';

/** Why no session could be had at the server of a URL, and what to do; without anything secret of the URL. */
export function unreachable(error: unknown, url: string): string {
  const { host, database, user } = partsOf(url);
  const code = codeOf(error);
  const said = error instanceof Error && error.message !== '' ? error.message : code;
  switch (code) {
    case '28P01':
    case '28000':
      return `${host} refuses ${user} (${said}): correct the user or the password`;
    case '3D000':
      return `${host} has no database ${database}: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8', or correct the name`;
    case '42501':
      return `${user} may not use the database ${database} of ${host} (${said}): GRANT CONNECT ON DATABASE … TO …`;
    case '53300':
      return `${host} takes no more connections (${said}): raise its max_connections, or lower DATABASE_POOL of the hosts`;
    case '57P03':
      return `${host} is starting or stopping (${said}): start this host again when it takes connections`;
    case '08P01':
      return `${host} does not speak as PostgreSQL does (${said}): is a pooler there that is not set up for this database?`;
    default:
      return `no connection to ${host} (${said}): is PostgreSQL running there, and can it be reached from here?`;
  }
}

/** A refused connection to a name with several addresses has no message of its own, only a code. */
const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

function partsOf(url: string): { readonly host: string; readonly database: string; readonly user: string } {
  const { hostname, port, pathname, username } = new URL(url);
  return {
    host: hostname === '' ? 'the server' : `${hostname}:${port === '' ? 5432 : port}`,
    database: `"${decoded(pathname.slice(1))}"`,
    user: username === '' ? 'this user' : `the user "${decoded(username)}"`,
  };
}
