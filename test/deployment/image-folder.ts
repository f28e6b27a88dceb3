import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isNativeError } from 'node:util/types';
import { z } from 'zod';
import { ROOT } from './dockerfile.js';

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      dev: z.boolean().default(false),
      devOptional: z.boolean().default(false),
      optional: z.boolean().default(false),
      link: z.boolean().default(false),
      resolved: z.string().optional(),
    }),
  ),
});

/** Without type declarations and source maps, as the Dockerfile removes them. */
const isRun = (file: string): boolean => !/\.(map|d\.[cm]?ts|tsbuildinfo)$|^\.tsbuildinfo/.test(file);

function put(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    // The folder for temporary files may be on another device.
    if (!(isNativeError(error) && 'code' in error && error.code === 'EXDEV')) throw error;
    copyFileSync(from, to);
  }
}

function putFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    // A package's own node_modules are entries of the lock file.
    if (entry.isDirectory() && entry.name !== 'node_modules') putFolder(join(from, entry.name), join(to, entry.name));
    else if (entry.isFile() && isRun(entry.name)) put(join(from, entry.name), join(to, entry.name));
  }
}

const dependencies = z.object({ dependencies: z.record(z.string(), z.string()).default({}) });

/**
 * What of the lock file is there for one package alone: its link, and what no other package of the repository depends
 * on.
 */
function onlyFor(lib: string): (path: string) => boolean {
  const needed = (one: string): readonly string[] =>
    Object.keys(
      dependencies.parse(JSON.parse(readFileSync(join(ROOT, 'libs', one, 'package.json'), 'utf8'))).dependencies,
    );
  const others = readdirSync(join(ROOT, 'libs')).filter((one) => one !== lib);
  const elsewhere = new Set(others.flatMap(needed));
  const own = [`@isolith/${lib}`, ...needed(lib).filter((name) => !elsewhere.has(name))];
  return (path) => own.some((name) => path === `node_modules/${name}`);
}

/**
 * Puts into the folder what the Dockerfile puts into /app, from what is installed and built here; it must be outside of
 * the repository, whose packages Node would find. `embedded`: as with --build-arg EMBEDDED=yes.
 */
export function makeImageFolder(folder: string, { embedded }: { readonly embedded: boolean }): void {
  const isLeftOut = embedded ? () => false : onlyFor('embedded');
  const { packages } = lockFile.parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
  put(join(ROOT, 'package.json'), join(folder, 'package.json'));
  putFolder(join(ROOT, 'dist'), join(folder, 'dist'));
  for (const lib of readdirSync(join(ROOT, 'libs'))) {
    putFolder(join(ROOT, 'libs', lib, 'dist'), join(folder, 'libs', lib, 'dist'));
    put(join(ROOT, 'libs', lib, 'package.json'), join(folder, 'libs', lib, 'package.json'));
  }
  for (const [path, { dev, devOptional, optional, link, resolved }] of Object.entries(packages)) {
    const native = path.startsWith('node_modules/@node-rs/argon2-');
    if (!path.includes('node_modules/') || dev || devOptional || (optional && !native) || isLeftOut(path)) continue;
    if (link) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      symlinkSync(join(folder, resolved ?? ''), join(folder, path));
    } else if (!native || existsSync(join(ROOT, path))) {
      putFolder(join(ROOT, path), join(folder, path));
    }
  }
}

/** Bytes of all files below. */
export function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sum + bytesIn(path);
    return entry.isFile() ? sum + statSync(path).size : sum;
  }, 0);
}
