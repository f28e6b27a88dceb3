import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { z } from 'zod';
import { owned } from '../../support/host.js';
import { callResult, type Connect } from './foreign-client.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const exec = promisify(execFile);
const answer = z.object({
  ready: z.literal(true).optional(),
  value: z.unknown().optional(),
  error: z.string().optional(),
});

/** Finds the Python that has the client; installs it where it is not there yet. */
export async function pythonOfMcp(): Promise<string> {
  const { stdout } = await exec(process.execPath, [join(ROOT, 'scripts', 'python-mcp.ts')]);
  const python = stdout.trim().split('\n').at(-1);
  if (python === undefined) throw new Error(`no Python was named: ${stdout}`);
  return python;
}

/** Python's client, in a process of its own. */
export const connectPython: Connect = async (url, token) => {
  const child = spawn(await pythonOfMcp(), [join(import.meta.dirname, 'python_client.py'), url], {
    env: { PYTHONUTF8: '1', ...(token === undefined ? {} : { MCP_TOKEN: token }) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  owned(child);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const told = async (): Promise<unknown> => {
    const { value: line } = await lines.next();
    if (typeof line !== 'string') throw new Error('the client of Python has ended');
    const { value, error } = answer.parse(JSON.parse(line));
    if (error !== undefined) throw new Error(error);
    return value;
  };
  const ask = (what: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(what)}\n`);
    return told();
  };
  await told();
  return {
    list: async () => z.array(z.string()).parse(await ask({ ask: 'list' })),
    call: async (name, args) => callResult.parse(await ask({ ask: 'call', name, args })),
    close: async () => {
      child.stdin.end();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
};
