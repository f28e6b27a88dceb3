import { describe, expect, it } from '@jest/globals';
import { OverloadedError } from '@isolith/contracts';
import { reached, thrownOfUnit } from './database-errors.js';

const reported = (code: string) =>
  Object.assign(new Error('the server said so'), { code, detail: 'Key (email)=(a@b.c)' });
const PASSING = [
  ['a server that takes no writes, as one that was just demoted', '25006'],
  ['a full disk', '53100'],
  ['a server without memory', '53200'],
  ['a statement that took too long', '57014'],
  ['a lock that was not to be had', '55P03'],
] as const;

describe('an error of the database that passes', () => {
  it.each(PASSING)('is an OverloadedError, without the values of its statement: %s (%s)', async (_, code) => {
    const error = await reached(Promise.reject(reported(code))).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OverloadedError);
    expect(error).toMatchObject({ cause: { code, detail: undefined } });
  });

  it.each(PASSING)('is one as the last statement of a unit as well: %s (%s)', (_, code) => {
    expect(thrownOfUnit('sales', reported(code), true)).toBeInstanceOf(OverloadedError);
  });

  it('is none when repeating it changes nothing', async () => {
    const error = reported('42P01');
    await expect(reached(Promise.reject(error))).rejects.toBe(error);
  });
});
