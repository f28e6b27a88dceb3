import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A replica in a process of its own, and what it has said. */
export class ReplicaProcess {
  readonly said: object[] = [];
  private readonly process: ChildProcess;
  private heard = Promise.withResolvers<void>();

  constructor(config: object) {
    const args = [
      '--conditions=@isolith/source',
      '--import',
      '@swc-node/register/esm-register',
      new URL('./replica.main.ts', import.meta.url).pathname,
    ];
    const child = spawn(process.execPath, [...args, JSON.stringify(config)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.process = child;
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.said.push(JSON.parse(line));
      this.heard.resolve();
      this.heard = Promise.withResolvers();
    });
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  start(): void {
    this.process.stdin?.write('start\n');
  }

  async says(part: object): Promise<void> {
    const wanted = JSON.stringify(part).slice(1, -1);
    while (!this.said.some((line) => JSON.stringify(line).includes(wanted))) await this.heard.promise;
  }

  goOn(): void {
    this.process.kill('SIGCONT');
  }

  async end(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const gone = once(this.process, 'exit');
    // Also one that is stopped.
    this.process.kill('SIGKILL');
    await gone;
  }
}
