import { spawn } from 'node:child_process';
import { seconds } from '../steps.mjs';
import { localUrl } from '../local-url.mjs';
import { readyIn, renderLog } from './render-log.mjs';
import { MOST_RESTARTS, Restarts } from './restarts.mjs';

/**
 * @typedef {object} Supervised
 * @property {string} node path of Node
 * @property {readonly string[]} args what Node runs; the same for every host
 * @property {string} cwd
 * @property {readonly { name: string, env: NodeJS.ProcessEnv }[]} hosts
 * @property {number} killAfterMs how long a host may take to stop; more than its own grace
 * @property {number} firstRestartMs how long a host that died stays down the first time
 * @property {import('./one-log.mjs').OneLog} log
 * @property {(urls: ReadonlyMap<string, string>) => void} onSettled once: every host is ready or was left down; where those are that are ready
 */

/** The hosts of one application on this machine, each a process; one that dies is started again, the others never notice. */
export class Supervisor {
  #options;
  #stopping = false;
  #settled = false;
  #clean = true;
  /** Hosts that run, and those that wait for their restart. @type {Map<string, import('node:child_process').ChildProcess | NodeJS.Timeout>} */
  #active = new Map();
  /** @type {Map<string, string>} */
  #urls = new Map();
  /** @type {Map<string, Restarts>} */
  #restarts = new Map();
  /** @type {(clean: boolean) => void} */
  #end = () => undefined;
  /** Resolves when no host runs and none will: true when all of them ended cleanly because they were asked to. @type {Promise<boolean>} */
  ended;

  /** @param {Supervised} options */
  constructor(options) {
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
      if ('pid' in active) active.kill('SIGTERM');
      else {
        clearTimeout(active);
        this.#active.delete(name);
      }
    }
    setTimeout(() => {
      for (const [name, active] of this.#active) {
        if (!('pid' in active)) continue;
        log.write(name, `did not stop within ${killAfterMs} ms and is killed`);
        active.kill('SIGKILL');
      }
    }, killAfterMs).unref();
    this.#check();
  }

  /**
   * States of one host: starting -> ready -> ended -> (backoff) -> starting …, or -> down after too many; from any of them -> stopping -> ended.
   * @param {{ name: string, env: NodeJS.ProcessEnv }} host
   */
  #start(host) {
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
    const show = (/** @type {string} */ line) => {
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

  /** @param {{ name: string, env: NodeJS.ProcessEnv }} host @param {string} how @param {boolean} asAsked */
  #ended(host, how, asAsked) {
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

  /** @param {{ name: string, env: NodeJS.ProcessEnv }} host @param {string} how */
  #startAgain(host, how) {
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
