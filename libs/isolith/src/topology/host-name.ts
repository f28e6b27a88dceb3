import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';

const manifest = z.object({ version: z.string() });

/** Which process this is, among all of an application. */
export interface HostName {
  /** Drawn at the start. */
  readonly id: string;
  readonly machine: string;
  readonly pid: number;
  /** BUILD_VERSION. */
  readonly build?: string;
  /** The version of Isolith. */
  readonly isolith: string;
}

/** @param build what the build is called, where somebody said it */
export const hostName = (build: string | undefined): HostName => ({
  id: randomBytes(9).toString('base64url'),
  machine: hostname(),
  pid: process.pid,
  ...(build === undefined ? {} : { build }),
  isolith: manifest.parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version,
});
