import { ChildProcess, spawn } from 'node:child_process';
import { seconds } from '../steps.mjs';
import { localUrl } from '../local-url.ts';
import { readyIn, renderLog } from './render-log.ts';
import { MOST_RESTARTS, Restarts } from './restarts.ts';
import type { OneLog } from './one-log.ts';

export interface Supervised {
  /** Path of Node. */
  readonly node: string;
  /** What Node runs; the same for every host. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly hosts: readonly { name: string; env: NodeJS.ProcessEnv }[];
  /** How long a host may take to stop; more than its own grace. */
  readonly killAfterMs: number;
  /** How long a host that died stays down the first time. */
  readonly firstRestartMs: number;
  readonly log: OneLog;
  /** Once: every host is ready or was left down; where those are that are ready. */
  readonly onSettled: (urls: ReadonlyMap<string, string>) => void;
}

/**
 * The hosts of one application on this machine, each a process; one that dies is started again, the others never
 * notice.
 */
export class Supervisor {
  #options;
  #stopping = false;
  #settled = false;
  #clean = true;
  /** Hosts that run, and those that wait for their restart. */
  #active: Map<string, ChildProcess | NodeJS.Timeout> = new Map();
  #urls: Map<string, string> = new Map();
  #restarts: Map<string, Restarts> = new Map();
  #end: (clean: boolean) => void = () => undefined;
  /** Resolves when no host runs and none will: true when all of them ended cleanly because they were asked to. */
  ended: Promise<boolean>;

  constructor(options: Supervised) {
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    for (const host of options.hosts) this.#start(host);
  }

  /** Asks every host to drain, once; what has not ended after its grace and some seconds is killed. */
  stop() {
    if (this.#stopping) return;
    this.#stopping = true;
    const { killAfterMs, log } = this.#options;
    for (const [name, active] of this.#active) {
      if (active instanceof ChildProcess) active.kill('SIGTERM');
      else {
        clearTimeout(active);
        this.#active.delete(name);
      }
    }
    setTimeout(() => {
      for (const [name, active] of this.#active) {
        if (!(active instanceof ChildProcess)) continue;
        log.write(name, `did not stop within ${killAfterMs} ms and is killed`);
        active.kill('SIGKILL');
      }
    }, killAfterMs).unref();
    this.#check();
  }

  /**
   * States of one host: starting -> ready -> ended -> (backoff) -> starting …, or -> down after too many; from any of
   * them -> stopping -> ended.
   */
  #start(host: { name: string; env: NodeJS.ProcessEnv }) {
    const { node, args, cwd, log } = this.#options;
    const { name } = host;
    const startedAt = Date.now();
    let ready = false;
    const child = spawn(node, args, {
      cwd,
      env: host.env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A session of its own: Ctrl-C reaches only this process, which then asks each host once.
      detached: process.platform !== 'win32',
    });
    this.#active.set(name, child);
    const show = (line: string) => {
      for (const text of renderLog(line)) log.write(name, text);
    };
    if (child.stderr !== null) log.follow(child.stderr, show);
    if (child.stdout !== null) {
      log.follow(child.stdout, (line) => {
        const found = ready ? undefined : readyIn(line);
        if (found === undefined) return show(line);
        ready = true;
        const url = localUrl(found.host, found.port);
        this.#urls.set(name, url);
        log.write(name, `ready on ${url} in ${seconds(startedAt)}, process ${found.pid}`);
        this.#check();
      });
    }
    child.once('error', (error) => {
      // Never started: no 'close' will follow.
      if (child.pid === undefined) this.#ended(host, `could not be started: ${error.message}`, false);
      else log.write(name, error.message);
    });
    child.once('close', (code, signal) => {
      if (child.pid === undefined) return;
      // A host that had not started yet has nothing to drain: the signal itself may end it.
      const asAsked = this.#stopping && (code === 0 || (!ready && signal === 'SIGTERM'));
      this.#ended(host, signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`, asAsked);
    });
  }

  #ended(host: { name: string; env: NodeJS.ProcessEnv }, how: string, asAsked: boolean) {
    const { log } = this.#options;
    const { name } = host;
    this.#active.delete(name);
    this.#urls.delete(name);
    if (this.#stopping) {
      this.#clean &&= asAsked;
      log.write(name, asAsked ? 'stopped' : how);
    } else {
      this.#startAgain(host, how);
    }
    this.#check();
  }

  #startAgain(host: { name: string; env: NodeJS.ProcessEnv }, how: string) {
    const { firstRestartMs, log } = this.#options;
    const { name } = host;
    const restarts = this.#restarts.get(name) ?? new Restarts(firstRestartMs);
    this.#restarts.set(name, restarts);
    const delay = restarts.next(Date.now());
    if (delay === undefined) {
      this.#clean = false;
      log.write(
        name,
        `${how}, and again after ${MOST_RESTARTS} restarts within a minute: it stays down, the others go on`,
      );
      return;
    }
    log.write(name, `${how}; it is started again in ${delay / 1000} s`);
    this.#active.set(
      name,
      setTimeout(() => this.#start(host), delay),
    );
  }

  #check() {
    if (this.#active.size === 0) return this.#end(this.#stopping && this.#clean);
    if (this.#settled || this.#stopping || ![...this.#active.keys()].every((name) => this.#urls.has(name))) return;
    this.#settled = true;
    this.#options.onSettled(this.#urls);
  }
}
