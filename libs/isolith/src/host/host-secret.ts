import { type KeyObject, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { openingDataDir } from '@isolith/postgres/internal';
import type { HostParticipant } from '@isolith/message-bus/nest';
import { deriveKeys, type KeySource, type OtherSecrets } from '../http/auth-keys.js';

const FILE = 'auth-secret';
const SECRET_BYTES = 48;
const SHORTEST = 32;
/** The data folder of a host that keeps nothing. */
const IN_MEMORY = 'memory://';

const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

interface SecretOptions {
  /** AUTH_SECRET; without one it is generated once and kept in the data folder, for this process only. */
  readonly given: string | undefined;
  /** AUTH_SECRET_NEXT and AUTH_SECRET_PREVIOUS, while the secret is being changed. */
  readonly others?: OtherSecrets;
  readonly dataDir: string;
}

/** The key material of the host's tokens. */
export class HostSecret implements HostParticipant, KeySource {
  readonly name = 'secret';
  readonly stage = 'keys';
  #keys: KeySource | undefined;

  constructor(private readonly options: SecretOptions) {}

  async open(): Promise<void> {
    const { given, dataDir, others } = this.options;
    this.#keys = deriveKeys(
      given ?? (dataDir === IN_MEMORY ? newSecret() : await openingDataDir(dataDir, () => keptIn(dataDir))),
      others,
    );
  }

  /** Throws before the host has opened. */
  key(purpose: string): KeyObject {
    return this.#opened().key(purpose);
  }

  others(purpose: string): readonly KeyObject[] {
    return this.#opened().others?.(purpose) ?? [];
  }

  lasting(purpose: string): KeyObject {
    const keys = this.#opened();
    return keys.lasting?.(purpose) ?? keys.key(purpose);
  }

  #opened(): KeySource {
    if (this.#keys === undefined) throw new Error('the host has not opened yet: there are no keys');
    return this.#keys;
  }
}

async function keptIn(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, FILE);
  const kept = await read(file);
  if (kept !== undefined) return kept;
  // Written beside and linked whole: of two hosts that start at once one is first, and nobody ever reads half a secret.
  const draft = `${file}.${process.pid}.${randomBytes(8).toString('hex')}`;
  try {
    await writeFile(draft, `${newSecret()}\n`, { flag: 'wx', mode: 0o600, flush: true });
    await link(draft, file).catch(unless('EEXIST'));
  } finally {
    await rm(draft, { force: true });
  }
  const made = await read(file);
  if (made === undefined) throw new Error(`${file} vanished while it was made`);
  return made;
}

async function read(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(unless('ENOENT'));
  if (text === undefined) return undefined;
  const secret = text.trim();
  if (secret.length < SHORTEST)
    throw new Error(
      `${file} holds no secret of at least ${SHORTEST} characters; remove it (everybody signs in again) or set AUTH_SECRET`,
    );
  return secret;
}

/** Takes one error of the file system for an answer; any other is thrown. */
const unless =
  (code: string) =>
  (error: unknown): undefined => {
    if (!(isNativeError(error) && 'code' in error && error.code === code)) throw error;
    return undefined;
  };
