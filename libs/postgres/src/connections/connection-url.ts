import type { ClientConfig } from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';

/**
 * The connection that a URL means, each part decoded once. The driver's own reading leaves `%2F`, `%23`, `%3F` and the
 * like in a database's name as they are written, so that `a/b` could not be named.
 */
export function connectionOf(url: string): ClientConfig {
  const config = parseIntoClientConfig(url);
  const name = URL.parse(url)?.pathname.slice(1) ?? '';
  return name === '' ? config : { ...config, database: decoded(name) };
}

/** As it was before it was written into a URL; what is no valid encoding was meant as it stands. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
