import { describe, expect, it } from '@jest/globals';
import { OutcomeUnknownError } from '@isolith/contracts';
import { unfit } from './may-pass.js';
import { RebuildRefusedError, untilBuilt, type BuiltParts } from './until-built.js';

const build = {
  name: 'sizes',
  version: 1,
  generation: 2,
  status: 'building',
  digest: 'this',
  position: 3,
  events: 3,
  started_at: new Date(0),
  updated_at: new Date(0),
  elapsed_ms: 5,
} as const;
const away = new OutcomeUnknownError('the connection was lost');

/** What each step comes to; after the last it is built. */
async function built(steps: readonly (Error | 'moved')[], more: Partial<BuiltParts> = {}): Promise<readonly string[]> {
  const said: string[] = [];
  const left = [...steps];
  const step = async (): Promise<boolean> => {
    const next = left.shift();
    if (next instanceof Error) throw next;
    return next === 'moved';
  };
  await untilBuilt({
    name: 'shop.sizes',
    step,
    building: async () => (left.length > 0 ? build : undefined),
    troubleOf: () => undefined,
    say: (line) => void said.push(line),
    pauseMs: 1,
    ...more,
  });
  return said;
}

describe('what is away for a while', () => {
  it('ends nothing: it is said once, and tried again', async () => {
    const said = 'shop.sizes: the connection was lost; it is tried again';
    expect(await built([away, away, 'moved', away, 'moved'])).toEqual([said, said]);
  });

  it('is told by the server too: it stops, or is at its bound, or two met', async () => {
    const coded = ['57P01', '53300', '40P01', '08006', 'EPIPE'].map((code) => Object.assign(new Error(code), { code }));
    expect(await built([...coded, 'moved'])).toEqual(['shop.sizes: 57P01; it is tried again']);
  });

  it('ends it when it stays away for too long', async () => {
    await expect(built([away, away, 'moved'], { patienceMs: 0 })).rejects.toBe(away);
  });
});

describe('what does not pass', () => {
  it('ends it at once', async () => {
    const wrong = Object.assign(new Error('no such column'), { code: '42703' });
    await expect(built([wrong, 'moved'])).rejects.toBe(wrong);
    await expect(built([unfit('no object'), 'moved'])).rejects.toThrow('no object');
  });

  it('is a refusal when the build itself can not go on, with its place', async () => {
    const error = new Error('seven is too many');
    const troubleOf = () => ({ since: 0, position: 3, reason: error.message, error, mayPass: false });
    const refused = built(['moved', 'moved'], { troubleOf });
    await expect(refused).rejects.toBeInstanceOf(RebuildRefusedError);
    await expect(refused).rejects.toThrow('shop.sizes: it does not go on behind position 3: seven is too many');
  });
});
