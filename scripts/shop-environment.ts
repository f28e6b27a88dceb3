import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { withConsoleLink } from './console-link.ts';
import { root } from './paths.mjs';
import { say, StepFailed } from './steps.mjs';

export interface ShopEnvironment {
  /** The caller's environment, with defaults where a variable is unset. */
  readonly env: NodeJS.ProcessEnv;
  /** Where the first admin's password is kept; undefined when the caller chose it. */
  readonly passwordFile: string | undefined;
}

/** @param file absolute path @returns the password, generated on the first call */
const passwordIn = (file: string, dataDir: string): string => {
  try {
    mkdirSync(dirname(file), { recursive: true });
    // 'wx' also refuses a symbolic link that waits there.
    writeFileSync(file, `${randomBytes(18).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
    if (existsSync(dataDir) && readdirSync(dataDir).length > 0) {
      say('start', `${file} is new, but ${dataDir} has data: its admin keeps the password it was created with`);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' || !existsSync(file))
      throw new StepFailed(
        'start',
        `DATA_DIR: ${dataDir} can not be used, the admin's password can not be kept beside it in ${dirname(file)}: ${message}; name a folder that this user may write to`,
      );
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  const password = readFileSync(file, 'utf8').trim();
  if (password === '')
    throw new StepFailed(
      'start',
      `${file} is empty: put the admin's password into it, or remove it on a new data folder`,
    );
  return password;
};

/**
 * What `npm start` and `npm run dev` set for a shop that shows itself: demo data, a first admin and a link to its
 * console, everything else is the host's default.
 */
export const shopEnvironment = (): ShopEnvironment => {
  // Empty means unset, as for the host.
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const dataDir = resolve(root, given['DATA_DIR'] ?? join('.isolith', 'data'));
  const defaults = {
    SEED_DEMO: 'true',
    LOG_CHANNEL_REVEALS: 'true',
    DATA_DIR: join('.isolith', 'data'),
    ADMIN_EMAIL: 'admin@shop.example',
  };
  const env = withConsoleLink({ ...defaults, ...given });
  if (given['ADMIN_PASSWORD'] !== undefined || given['ADMIN_PASSWORD_FILE'] !== undefined)
    return { env, passwordFile: undefined };
  const passwordFile = join(dirname(dataDir), 'admin-password');
  return { env: { ...env, ADMIN_PASSWORD: passwordIn(passwordFile, dataDir) }, passwordFile };
};
