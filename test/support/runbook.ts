import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksOf } from '../architecture/docs/pages.js';
import { owned } from './host.js';

const ROOT = join(import.meta.dirname, '..', '..');
/** How long a command may take; a bound for failing, not a wait. */
const LIMIT_MS = 60_000;
/** What says that a command was not carried out, whatever stands behind it in a pipe. */
const NOT_DONE = /^(bash|curl|psql|npm error|isolith +\w+ failed)\b/m;

/** A page of docs/runbooks, whose commands are run as they stand there. */
export class Runbook {
  readonly #commands: readonly string[];
  readonly #run = new Set<string>();

  /** @param variables those of the shell, besides the path */
  constructor(
    readonly page: string,
    private readonly variables: Readonly<Record<string, string>>,
  ) {
    const text = readFileSync(join(ROOT, 'docs', 'runbooks', `${page}.md`), 'utf8');
    this.#commands = blocksOf(text).map(({ code }) => code.trim());
  }

  /** Commands that were not run yet. */
  get left(): readonly string[] {
    return this.#commands.filter((command) => !this.#run.has(command));
  }

  /**
   * Runs the command of the page that is this text, else the one that holds it.
   * @returns what it wrote
   * @throws Error when none does, several do, or it was not carried out
   */
  async run(part: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
    const whole = this.#commands.filter((command) => command === part);
    const fitting = new Set(whole.length > 0 ? whole : this.#commands.filter((command) => command.includes(part)));
    const [command] = fitting;
    if (command === undefined || fitting.size > 1)
      throw new Error(`${this.page} has ${fitting.size} commands with ${part}`);
    this.#run.add(command);
    const { said, complained } = await inShell(command, { ...this.variables, ...more });
    if (NOT_DONE.test(complained)) throw new Error(`${this.page}: ${command}\n${complained}`);
    return said;
  }
}

function inShell(command: string, variables: Readonly<Record<string, string>>) {
  const child = spawn('bash', ['-u', '-c', command], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
  });
  owned(child);
  let [said, complained] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complained += text));
  return new Promise<{ readonly said: string; readonly complained: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (_, signal) => {
      if (signal === null) resolve({ said, complained });
      else reject(new Error(`${command} was ended by ${signal}; it had said:\n${said}${complained}`));
    });
  });
}
