import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StepFailed } from '../steps.mjs';

const SECRET_BYTES = 48;
const SHORTEST = 32;

/**
 * The secret that the hosts of one machine share, made on the first call and readable for its owner only.
 * @param file absolute path @throws {StepFailed} when the file holds no secret
 */
export const secretIn = (file: string): string => {
  mkdirSync(dirname(file), { recursive: true });
  try {
    // 'wx' also refuses a symbolic link that waits there.
    writeFileSync(file, `${randomBytes(SECRET_BYTES).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < SHORTEST)
    throw new StepFailed(
      'split',
      `${file} holds no secret of ${SHORTEST} characters or more: remove it, everybody signs in again`,
    );
  return secret;
};
