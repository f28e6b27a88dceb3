/**
 * A preload (`node --import`) that tells how much processor time the longest turn of the event loop took. Whoever
 * shares the machine can make a turn last long, but does not make it take more of the processor.
 *
 *   TURN_WATCH_FOLDER  a folder in which it listens, at a socket with the name of the process id; whoever connects is
 *                      told the milliseconds of the longest turn since the last time
 */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

/** As often as the host itself looks how late its event loop is. */
const EVERY_MS = 10;
const { TURN_WATCH_FOLDER } = process.env;

if (TURN_WATCH_FOLDER !== undefined && isMainThread) {
  let longest = 0;
  let before = process.threadCpuUsage();
  const look = () => {
    const now = process.threadCpuUsage();
    longest = Math.max(longest, now.user - before.user + now.system - before.system);
    before = now;
  };
  setInterval(look, EVERY_MS).unref();
  createServer((socket) => {
    socket.end(String(longest / 1_000));
    longest = 0;
  })
    .listen(join(TURN_WATCH_FOLDER, String(process.pid)))
    .unref();
}
