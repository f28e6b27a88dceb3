import { isMainThread } from 'node:worker_threads';

/*
 * Loaded into the shop before its own code (node --import). The start script holds the other end of the IPC channel;
 * when that end closes although nobody asked the shop to stop, the script was killed. The shop then drains as on any
 * SIGTERM and frees its data folder.
 */
if (isMainThread && process.connected) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // The channel alone is no reason to stay alive.
  process.channel?.unref();
}
