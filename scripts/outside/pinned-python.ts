import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../paths.mjs';
import { install, whyNotInstallable } from '../services/debian.ts';
import { run, say, seconds, StepFailed } from '../steps.mjs';
import { pythonProgram } from './python.ts';

const pythonIn = (folder: string) =>
  process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

/** @throws {StepFailed} with what to do */
const findPython = async (what: string): Promise<string> => {
  const here = pythonProgram();
  if (here !== undefined) return here;
  const obstacle = whyNotInstallable();
  if (obstacle === undefined) await install(['python3-venv']);
  const installed = pythonProgram();
  if (installed !== undefined) return installed;
  const why = obstacle ?? 'what the package python3-venv brings is older';
  throw new StepFailed(
    what,
    `it needs Python 3.11 or newer with venv, which is not here (${why}): install python3 and python3-venv`,
  );
};

/**
 * Makes an environment with pinned packages below node_modules, once; nothing of it runs while it is installed.
 * `test/outside/<what>/requirements.txt` names them, those that others need included, each in one version and by its
 * digests: for Python what the lock file is for npm.
 * @returns the Python that has them
 * @throws {StepFailed} with what to do, or with pip's output
 */
export const ensurePython = async (what: string): Promise<string> => {
  const requirements = at('test', 'outside', what, 'requirements.txt');
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const cache = at('node_modules', '.cache', 'isolith');
  const folder = join(cache, `${what}-${digest}`);
  if (existsSync(pythonIn(folder))) return pythonIn(folder);
  const python = await findPython(what);
  const startedAt = Date.now();
  say(what, 'pip install');
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(join(cache, `${what}-`));
  try {
    await run(what, python, ['-m', 'venv', making]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--no-compile'];
    const pinned = ['--no-deps', '--require-hashes', '--only-binary', ':all:', '--requirement', requirements];
    await run(what, pythonIn(making), [...pip, ...pinned]);
    // Left by a Python that is gone.
    if (!existsSync(pythonIn(folder))) rmSync(folder, { recursive: true, force: true });
    // Absent -> complete, in one step.
    renameSync(making, folder);
  } catch (error) {
    // Another run was first; its work is as good.
    if (!existsSync(pythonIn(folder))) throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  say(what, `installed in ${seconds(startedAt)}`);
  return pythonIn(folder);
};
