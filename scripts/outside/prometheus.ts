import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../paths.mjs';
import { run, say, seconds, StepFailed } from '../steps.mjs';

const answers = (program: string) =>
  spawnSync(program, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;

/** Debian's package of Prometheus, unpacked into a folder and not installed: no service is made of it. */
const unpack = async (folder: string): Promise<void> => {
  // The lists may be missing or too old. Asking the mirror for new ones costs seconds, so only then.
  const download = 'apt-get download --quiet prometheus';
  const fetch = `cd "$1" && { ${download} || { apt-get update --quiet && ${download}; }; }`;
  await run('promtool', 'sh', ['-c', fetch, 'sh', folder]);
  const [archive = ''] = readdirSync(folder).filter((name) => name.endsWith('.deb'));
  await run('promtool', 'dpkg', ['-x', join(folder, archive), folder]);
  rmSync(join(folder, archive));
};

/** What the package brings that is used here. */
type OfPrometheus = 'promtool' | 'prometheus';

/**
 * The one on the PATH, else one below node_modules, which is fetched once.
 * @returns the program
 * @throws {StepFailed} with what can't be tried without it, and what to do
 */
export const ensurePrometheus = async (untried: string, name: OfPrometheus = 'promtool'): Promise<string> => {
  if (answers(name)) return name;
  const cache = at('node_modules', '.cache', 'isolith');
  const folder = join(cache, 'prometheus');
  const program = join(folder, 'usr', 'bin', name);
  if (answers(program)) return program;
  if (process.platform !== 'linux' || !answers('apt-get') || !answers('dpkg'))
    throw new StepFailed(
      name,
      `it is not on the PATH, and this is no Debian or Ubuntu where it could be fetched: ${untried} did not run. Install Prometheus`,
    );
  const startedAt = Date.now();
  say(name, 'apt-get download prometheus');
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(join(cache, 'prometheus-'));
  try {
    await unpack(making);
    // Left half made by a run that was ended.
    if (!answers(program)) rmSync(folder, { recursive: true, force: true });
    // Absent -> complete, in one step.
    renameSync(making, folder);
  } catch (error) {
    // Another run was first; its work is as good.
    if (!existsSync(program)) {
      if (!(error instanceof StepFailed)) throw error;
      throw new StepFailed(name, `it could not be fetched: ${untried} did not run`, error.output);
    }
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  say(name, `fetched in ${seconds(startedAt)}`);
  return program;
};
