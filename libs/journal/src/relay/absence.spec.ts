import { beforeEach, describe, expect, it } from '@jest/globals';
import { Absence } from './absence.js';

let absence: Absence;
beforeEach(() => {
  absence = new Absence(3_000, 1_000);
});
const look = (token: string, ...times: readonly number[]) => {
  for (const now of times) absence.free(token, now);
  return absence.since;
};

describe('the others', () => {
  it('have gone when nobody claimed for long enough', () => {
    expect(look('7', 0, 1_000, 2_000)).toBeUndefined();
    expect(look('7', 3_000)).toBe('7');
  });

  it('have not when somebody claimed, or led, meanwhile', () => {
    expect(look('7', 0, 1_000, 2_000)).toBeUndefined();
    expect(look('8', 3_000, 4_000, 5_000)).toBeUndefined();
    absence.ended();
    expect(look('8', 6_000, 7_000, 8_000)).toBeUndefined();
    expect(look('8', 9_000)).toBe('8');
  });

  it('have not because this host, or the database, stood still', () => {
    expect(look('7', 0, 3_600_000, 7_200_000)).toBeUndefined();
  });
});
