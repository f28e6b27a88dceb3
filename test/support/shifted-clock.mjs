/**
 * A preload (`node --import`) that sets the clock of one process: what Date says is shifted by milliseconds, the
 * monotonic clock and timers are not, as when somebody sets the clock of a machine.
 *
 *   SHIFTED_CLOCK_MS    shift from the start on; default 0
 *   SHIFTED_CLOCK_FILE  holds a shift, too: what is written there while the process runs is a step of its clock
 */
import { readFileSync, watchFile } from 'node:fs';

const LOOK_EVERY_MS = 100;
const { SHIFTED_CLOCK_MS = '0', SHIFTED_CLOCK_FILE } = process.env;
const RealDate = Date;

let shiftMs = shiftOf(SHIFTED_CLOCK_MS);

function shiftOf(text) {
  const ms = Number(text);
  if (!Number.isSafeInteger(ms)) throw new RangeError(`a clock is shifted by whole milliseconds, not by "${text}"`);
  return ms;
}

function readShift() {
  const text = readFileSync(SHIFTED_CLOCK_FILE, 'utf8').trim();
  if (text !== '') shiftMs = shiftOf(text);
}

if (SHIFTED_CLOCK_FILE !== undefined) {
  readShift();
  watchFile(SHIFTED_CLOCK_FILE, { interval: LOOK_EVERY_MS, persistent: false }, readShift);
}

const now = () => RealDate.now() + shiftMs;

const ShiftedDate = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget === ShiftedDate ? target : newTarget),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

RealDate.prototype.constructor = ShiftedDate;
globalThis.Date = ShiftedDate;
