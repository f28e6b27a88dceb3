import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { whenNpmIsGone } from './npm-gone.mjs';
import { toolEnv } from './paths.mjs';
import { bringUp } from './services/bring-up.ts';
import { main, say, StepFailed, stopToolsOnSignal } from './steps.mjs';
import { groupEnded, groupStarted } from './tool-groups.mjs';

const [verb, ...command] = process.argv.slice(2);

/** @returns the command's exit code, or the shell's for its signal */
const runIn = (environment: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const [program = '', ...args] = command;
    // At a terminal the command shares our foreground group: it may read, and Ctrl-C reaches it directly. Elsewhere it
    // leads a group of its own, all of which can be ended.
    const shares = process.stdin.isTTY === true || process.platform === 'win32';
    const child = spawn(program, args, { env: { ...toolEnv(), ...environment }, stdio: 'inherit', detached: !shares });
    if (!shares) groupStarted(child.pid);
    const pass = (signal: NodeJS.Signals) => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      if (shares) child.kill(signal);
      else process.kill(-child.pid, signal);
    };
    // In every case this process waits for the command, then stops the servers.
    process.on('SIGINT', () => {
      if (!shares) pass('SIGINT');
    });
    process.on('SIGTERM', () => pass('SIGTERM'));
    process.on('SIGHUP', () => pass('SIGHUP'));
    whenNpmIsGone(() => pass('SIGTERM'));
    child.once('error', (error) =>
      reject(new StepFailed('services', `${program} could not be started: ${error.message}`)),
    );
    child.once('exit', (code, signal) => {
      groupEnded(child.pid);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });

/** Until Ctrl-C, SIGTERM, SIGHUP, or npm gone. */
const untilAsked = () =>
  new Promise((resolve) => {
    const alive = setInterval(() => undefined, 60_000);
    const end = () => {
      clearInterval(alive);
      resolve(undefined);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
    whenNpmIsGone(end);
  });

// npm run services: PostgreSQL and RabbitMQ for as long as someone wants them; -- exec <command…>: for as long as a
// command runs.
await main(async () => {
  if (verb !== undefined && (verb !== 'exec' || command.length === 0)) {
    throw new StepFailed('services', 'usage: npm run services, or npm run services -- exec <command…>');
  }
  const stopWatching = stopToolsOnSignal();
  const services = await bringUp();
  stopWatching();
  try {
    if (verb === 'exec') {
      process.exitCode = await runIn(services.environment);
      return;
    }
    const lines = Object.entries(services.environment).map(([name, value]) => `export ${name}='${value}'\n`);
    process.stdout.write(`\n${lines.join('')}\n`);
    say('services', `from ${services.from}; Ctrl-C stops what was started here`);
    await untilAsked();
  } finally {
    await services.stop();
  }
});
