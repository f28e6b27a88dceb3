import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withVersions } from './manifest.js';
import { ownVersion } from './own-version.js';
import type { PackageManager } from './installers.js';
import { type AppFile, filesOfApp } from './template-files.js';

/** What a package manager has to be told beside the manifest. */
const SETTINGS: Readonly<Record<PackageManager, readonly AppFile[]>> = {
  npm: [],
  // No package needs its install script, and pnpm fails while nobody has said whether it may run.
  pnpm: [{ path: 'pnpm-workspace.yaml', text: "allowBuilds:\n  '@parcel/watcher': false\n  '@swc/core': false\n" }],
  // Yarn's own way of finding packages is none of Node's, and Jest knows only that one.
  yarn: [{ path: '.yarnrc.yml', text: 'nodeLinker: node-modules\n' }],
};

/** Writes the files of an app into a folder; those that are there already are never written over. */
export function writeApp(folder: string, name: string, packageManager: PackageManager): void {
  const files = [...filesOfApp(name), ...SETTINGS[packageManager]];
  for (const { path, text } of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, path === 'package.json' ? withVersions(text, ownVersion()) : text, { flag: 'wx' });
  }
}
