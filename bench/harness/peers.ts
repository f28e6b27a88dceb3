import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folderOf = (peer: string): string => fileURLToPath(new URL(`../peers/${peer}/`, import.meta.url));

/**
 * Installs the packages of a peer, from its own lock file, unless they are there. Peers are no dependencies of ours.
 */
export function installPeer(peer: string, progress: (line: string) => void): void {
  const folder = folderOf(peer);
  if (existsSync(`${folder}node_modules`)) return;
  progress(`installs peers/${peer}`);
  const { status, stderr } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`peers/${peer} could not be installed: ${stderr}`);
}

/** The peer's folder that a module is in; undefined for our own. */
export const peerOf = (module: string): string | undefined => /^peers\/([^/]+)\//.exec(module)?.[1];
