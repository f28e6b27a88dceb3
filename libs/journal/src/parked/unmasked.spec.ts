import { describe, expect, it } from '@jest/globals';
import { ContractViolationError, masked, personal } from '@isolith/contracts';
import { z } from 'zod';
import { unmasked } from './unmasked.js';

const schema = z.object({
  saleId: z.string(),
  people: z.array(z.object({ name: personal(z.string()), born: z.int() })),
  by: z.record(z.string(), personal(z.string())),
  note: personal(z.object({ text: z.string() })).optional(),
});
const stored = {
  saleId: 's',
  people: [
    { name: 'Ann', born: 1 },
    { name: 'Bob', born: 2 },
  ],
  by: { phone: '123' },
  note: { text: 'secret' },
};
const shown = masked(schema, stored);
const restored = (edited: object) => unmasked({ ...Object(shown), ...edited }, stored, schema);

describe('data that was edited as it was shown', () => {
  it('has its stored values where the masks are, and nothing else of what was stored', () => {
    expect(restored({})).toEqual(stored);
    expect(restored({ saleId: 't', note: undefined })).toEqual({ ...stored, saleId: 't', note: undefined });
  });

  it('has what was written over a mask', () => {
    expect(restored({ note: { text: 'other' }, by: { phone: '456' } })).toMatchObject({
      note: { text: 'other' },
      by: { phone: '456' },
    });
    const people = [
      { name: 'Eve', born: 1 },
      { name: '***', born: 3 },
    ];
    expect(restored({ people })).toMatchObject({ people: [people[0], { name: 'Bob', born: 3 }] });
  });

  it('may have another list when no mask is left in it', () => {
    expect(restored({ people: [{ name: 'Eve', born: 4 }] })).toMatchObject({ people: [{ name: 'Eve', born: 4 }] });
    expect(restored({ people: [] })).toMatchObject({ people: [] });
  });

  const [ann, bob] = [
    { name: '***', born: 1 },
    { name: '***', born: 2 },
  ];
  it.each([
    ['an item is gone', { people: [bob] }, '/people'],
    ['an item is new', { people: [ann, bob, ann] }, '/people'],
    ['two have changed places', { people: [bob, ann] }, '/people'],
    ['a mask stands where nothing is', { by: { phone: '***', 'e/mail': '***' } }, '/by/e~1mail'],
  ])('is refused where %s: nobody could tell what the mask stands for', (_, edited, pointer) => {
    const tried = () => restored(edited);
    expect(tried).toThrow(ContractViolationError);
    expect(tried).toThrow(expect.objectContaining({ problems: [expect.objectContaining({ pointer })] }));
  });
});
