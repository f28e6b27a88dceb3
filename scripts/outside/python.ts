import { spawnSync } from 'node:child_process';

/** What Schemathesis needs; Debian has the modules beside Python in a package of their own. */
const SERVES = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';
const NAMES = ['python3', '/usr/bin/python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];

/** @returns the first Python of this machine that serves */
export const pythonProgram = (): string | undefined =>
  NAMES.find((name) => spawnSync(name, ['-c', SERVES], { stdio: 'ignore', timeout: 20_000 }).status === 0);
