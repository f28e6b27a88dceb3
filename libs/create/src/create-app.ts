import { basename, resolve } from 'node:path';
import { requireName } from './app-name.js';
import type { PackageManager } from './installers.js';
import { runIn } from './programs.js';
import { requireEmpty } from './target-folder.js';
import { writeApp } from './write-app.js';

/** What app is to be made, and how much is done for it. */
export interface CreateOptions {
  /** Where the app is to be; its last part is the app's name. */
  readonly folder: string;
  readonly packageManager: PackageManager;
  /** Whether its packages are installed. */
  readonly install: boolean;
  /** Whether it gets a git repository, where it is in none yet. */
  readonly git: boolean;
}

/** An app that was made. */
export interface CreatedApp {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** What was wanted and did not come true, one sentence each; the app's files are there all the same. */
  readonly missing: readonly string[];
}

/**
 * Writes a new app, installs its packages and makes its repository.
 * @throws {CreateRefusedError} before anything is written, for a bad name and a folder that is not empty
 */
export function createApp({ folder: place, packageManager, install, git }: CreateOptions): CreatedApp {
  const folder = resolve(place);
  const name = requireName(basename(folder));
  requireEmpty(folder);
  writeApp(folder, name, packageManager);
  const missing = [...(git ? repository(folder) : []), ...(install ? packages(folder, packageManager) : [])];
  return { name, folder, missing };
}

function repository(folder: string): readonly string[] {
  const isInOne = runIn(folder, ['git', 'rev-parse', '--is-inside-work-tree'], { shown: false });
  if (isInOne === 'well') return [];
  const made = isInOne === 'badly' ? runIn(folder, ['git', 'init', '--quiet'], { shown: true }) : isInOne;
  return made === 'well' ? [] : [`git ${made === 'badly' ? 'made no repository' : 'is not installed'}: run git init.`];
}

function packages(folder: string, packageManager: PackageManager): readonly string[] {
  const ended = runIn(folder, [packageManager, 'install'], { shown: true });
  if (ended === 'well') return [];
  const why = ended === 'badly' ? 'could not install the packages' : 'is not installed';
  return [`${packageManager} ${why}: run ${packageManager} install in ${folder}.`];
}
