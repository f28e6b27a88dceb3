import type { MakeFault } from './fault.js';

const S = 1_000;
const H = 3_600 * S;
const SHIFTS_MS = [15 * S, -15 * S, H, -H] as const;

/**
 * The clock of a host jumps by 15 s or an hour, ahead or back, and back when it is over: while the host runs, or the
 * host is killed and comes up with it.
 */
export const stepHostClock: MakeFault = ({ hosts, clocks }, { place, way }) => {
  const shiftMs = SHIFTS_MS[way % SHIFTS_MS.length] ?? H;
  const isRestarted = Math.floor(way / SHIFTS_MS.length) % 2 === 1;
  const step = (ms: number): void => {
    const clock = clocks[place];
    if (clock === undefined) throw new Error(`no host at place ${place}`);
    clock.step(ms);
  };
  return {
    hit: async () => {
      step(shiftMs);
      if (!isRestarted) return;
      await hosts.kill(place);
      await hosts.start(place);
    },
    heal: async () => step(0),
    effect: () => ({ [`seconds ${isRestarted ? 'from its start' : 'while it ran'}`]: shiftMs / S }),
  };
};
