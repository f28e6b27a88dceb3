import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { localUrl } from './local-url.ts';
import { root } from './paths.mjs';

const LINK_BYTES = 32;
const LASTS_MS = 10 * 60_000;

/** Whether hosts with this environment show a console, as they decide it themselves. */
const showsConsole = ({ CONSOLE, NODE_ENV }: NodeJS.ProcessEnv): boolean =>
  (CONSOLE || (NODE_ENV === 'production' ? 'off' : 'on')) === 'on';

/**
 * Tells the hosts where what is to be known of a link will be, unless the caller has a place of his own for it.
 * @returns the caller's environment with it; without a console, as it is
 */
export const withConsoleLink = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  if (!showsConsole(env) || env['CONSOLE_LINK'] !== undefined) return env;
  const dataDir = resolve(root, env['DATA_DIR'] ?? join('.isolith', 'data'));
  return { ...env, CONSOLE_LINK: join(dirname(dataDir), 'console-link') };
};

/**
 * A link that signs in at the console once, within ten minutes. Only its digest is written down: whoever reads the file
 * cannot sign in.
 * @param url of a host that shows a console, without a trailing slash
 * @param file as the hosts' CONSOLE_LINK says; of a link before nothing is left
 */
export const makeConsoleLink = (url: string, file: string): string => {
  const link = randomBytes(LINK_BYTES).toString('base64url');
  const digest = createHash('sha256').update(link).digest('base64url');
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  // 'wx' also refuses a symbolic link that waits there.
  writeFileSync(file, JSON.stringify({ digest, expiresAt: new Date(Date.now() + LASTS_MS).toISOString() }), {
    flag: 'wx',
    mode: 0o600,
  });
  return `${url}/console/#link=${link}`;
};

/**
 * What a person is shown of the console once its host is there; undefined where there is none. The link stands in this
 * line and nowhere else.
 * @param env as the hosts have it @param given as the caller had it
 */
export const consoleLine = (url: string, env: NodeJS.ProcessEnv, given = process.env): string | undefined => {
  if (!showsConsole(env)) return undefined;
  const file = env['CONSOLE_LINK'];
  // Whoever has a place of his own for it has the link, too.
  if (file === undefined || given['CONSOLE_LINK']) return `console  ${url}/console/`;
  return `console  ${makeConsoleLink(url, file)}`;
};

/** Where a host with this environment will listen; undefined where it chooses the port itself. */
export const plannedUrl = ({ HOST, PORT }: NodeJS.ProcessEnv): string | undefined => {
  const port = Number(PORT ?? 3_000);
  return port === 0 ? undefined : localUrl(HOST ?? '127.0.0.1', port);
};
