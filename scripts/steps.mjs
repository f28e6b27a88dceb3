import { spawn } from 'node:child_process';
import { root, toolEnv } from './paths.mjs';
import { groupEnded, groupStarted } from './tool-groups.mjs';

/** How much of a quiet tool's output is kept for the case that it fails; the end of it names the cause. */
const KEPT_OUTPUT = 512 * 1024;
const STILL_RUNNING_MS = 10_000;
const KILL_AFTER_MS = 5_000;
const PIPES_CLOSE_MS = 1_000;

/** A step that ended badly. The tool's own output is the explanation, so scripts print it and no stack. */
export class StepFailed extends Error {
  /** @param {string} step @param {string} reason @param {string} output */
  constructor(step, reason, output = '') {
    super(`${step} failed: ${reason}`);
    this.output = output;
  }
}

/** A step that was ended because nobody waits for it any more: nothing is wrong with it. */
export class StepEnded extends StepFailed {
  /** @param {string} step @param {string} output */
  constructor(step, output = '') {
    super(step, 'ended', output);
  }
}

/** @param {number} startedAt milliseconds of Date.now() */
export const seconds = (startedAt) => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;

/** One line of progress. @param {string} step @param {string} text */
export const say = (step, text) => {
  process.stdout.write(`isolith  ${step.padEnd(13)} ${text}\n`);
};

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Ends a tool and everything it started: each tool leads a process group of its own.
 * @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} signal
 */
const killGroup = (child, signal) => {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: the group is empty; EPERM: macOS says so when only zombies are left in it.
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
};

/** @type {Set<() => Promise<void>>} */
const endings = new Set();

/**
 * What must be done before a signal ends this process, beside ending the tools.
 * @param {() => Promise<void>} ending @returns {() => void} takes it back
 */
export const beforeStop = (ending) => {
  endings.add(ending);
  return () => void endings.delete(ending);
};

let stopping = false;

/**
 * From now on SIGINT, SIGTERM and SIGHUP end the running tools first and then this process, with the shell's code for
 * that signal.
 * States: running -> (signal) groups told to stop -> all gone, or KILL_AFTER_MS over: groups killed -> endings done, or
 * KILL_AFTER_MS over -> exit.
 * @returns {() => void} ends the watch, for a script that goes on to treat signals in another way
 */
export const stopToolsOnSignal = () => {
  const handlers = /** @type {const} */ ([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ]).map(([signal, code]) => {
    const handler = () => {
      if (stopping) return;
      stopping = true;
      const finish = () => {
        for (const child of running) killGroup(child, 'SIGKILL');
        setTimeout(() => process.exit(code), KILL_AFTER_MS);
        void Promise.allSettled([...endings].map((ending) => ending())).then(() => process.exit(code));
      };
      if (running.size === 0) finish();
      for (const child of running) {
        child.once('exit', () => {
          killGroup(child, 'SIGKILL');
          running.delete(child);
          if (running.size === 0) finish();
        });
        killGroup(child, 'SIGTERM');
      }
      setTimeout(finish, KILL_AFTER_MS);
    };
    process.on(signal, handler);
    return /** @type {const} */ ([signal, handler]);
  });
  return () => {
    for (const [signal, handler] of handlers) process.removeListener(signal, handler);
  };
};

/**
 * Runs one tool to its end. Nothing of it is left running afterwards, whatever it started in its process group.
 * @param {string} step name shown to the reader
 * @param {string} command @param {readonly string[]} args
 * @param {{ show?: boolean, env?: NodeJS.ProcessEnv, endsByItself?: boolean, beside?: AbortSignal }} [options] show:
 *   the tool writes to the
 * terminal itself; otherwise its output is kept, the end of it at least. env: added to the tool's environment.
 * endsByItself: a signal to this process leaves the tool alone, for one that must not be cut short. beside: it runs
 * beside another step, so nothing is said of it meanwhile; aborted, it ends the tool, and the step with StepEnded
 * @returns {Promise<string>} what it wrote, where that was kept
 * @throws {StepFailed} on a non-zero end, with the tool's output
 */
export const run = (step, command, args, { show = false, env = {}, endsByItself = false, beside } = {}) =>
  new Promise((resolve, reject) => {
    const startedAt = Date.now();
    const child = spawn(command, args, {
      cwd: root,
      env: { ...toolEnv(), ...env },
      stdio: show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    if (!endsByItself) {
      running.add(child);
      if (process.platform !== 'win32') groupStarted(child.pid);
    }
    let output = '';
    const keep = (/** @type {string} */ text) => {
      output = (output + text).slice(-KEPT_OUTPUT);
    };
    child.stdout?.setEncoding('utf8').on('data', keep);
    child.stderr?.setEncoding('utf8').on('data', keep);
    let aborted = false;
    const abort = () => {
      // A tool that has ended by itself has its own end.
      aborted = child.exitCode === null && child.signalCode === null;
      killGroup(child, 'SIGKILL');
    };
    beside?.addEventListener('abort', abort);
    if (beside?.aborted === true) abort();
    const ticker =
      show || beside !== undefined
        ? undefined
        : setInterval(() => say(step, `still running after ${seconds(startedAt)}`), STILL_RUNNING_MS);
    const end = (/** @type {StepFailed | undefined} */ failure) => {
      clearInterval(ticker);
      beside?.removeEventListener('abort', abort);
      running.delete(child);
      groupEnded(child.pid);
      // While a signal is being handled the handler owns the exit; a failure report would only blame the killed tool.
      if (stopping) return;
      if (failure === undefined) resolve(output);
      else reject(failure);
    };
    child.once('error', (error) => end(new StepFailed(step, `${command} could not be started: ${error.message}`)));
    // States: running -> exited (its leftovers are killed, which closes their ends of the pipes) -> closed (all output
    // read). A leftover outside the group could hold a pipe open for ever, so the last state has a bound.
    child.once('exit', (code, signal) => {
      killGroup(child, 'SIGKILL');
      const settle = () => {
        clearTimeout(bound);
        if (code !== 0 && aborted) return end(new StepEnded(step, output));
        const reason = signal ? `ended by ${signal}` : `exit code ${code}`;
        end(code === 0 ? undefined : new StepFailed(step, reason, output));
      };
      const bound = setTimeout(settle, PIPES_CLOSE_MS);
      child.once('close', settle);
    });
  });

/**
 * Runs a script's body: a failed step prints the tool's output and ends the process with 1, anything else is a bug and
 * keeps its stack.
 * @param {() => Promise<void>} body
 */
export const main = async (body) => {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    if (error.output !== '') process.stderr.write(`${error.output.trimEnd()}\n`);
    process.stderr.write(`isolith  ${error.message}\n`);
    process.exitCode = 1;
  }
};
