/**
 * A small generator of [0, 1) by T. Ettinger (mulberry32, public domain). The seed is printed; `SEED` in the
 * environment repeats a run.
 */
export function seeded(): () => number {
  const given = process.env['SEED'];
  let state = given === undefined ? Date.now() % 1_000_000 : Number(given);
  process.stderr.write(`SEED=${state}\n`);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
