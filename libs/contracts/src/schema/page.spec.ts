import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { page, pagesBy } from './page.js';

class NoSuchPage extends Error {}
const refusal = () => new NoSuchPage();
const rows = Array.from({ length: 7 }, (_, number) => ({
  at: `2026-01-0${number + 1}T00:00:00.000Z`,
  id: `id-${number}`,
}));
const byPlace = pagesBy(z.tuple([z.iso.datetime(), z.string()]), refusal);
const byId = pagesBy(z.string().regex(/^id-\d$/), refusal);

describe('a list in pages', () => {
  it.each([1, 2, 3, 6, 7, 100])('gives each row once, %i at a time', (limit) => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const after = byPlace.after(cursor);
      const from = after === undefined ? 0 : rows.findIndex(({ id }) => id === after[1]) + 1;
      const found = rows.slice(from, from + limit + 1);
      const { items, nextCursor } = byPlace.cut(
        found,
        limit,
        ({ id }) => id,
        ({ at, id }) => [at, id],
      );
      expect(items.length).toBeLessThanOrEqual(limit);
      seen.push(...items);
      cursor = nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(rows.map(({ id }) => id));
  });

  it('has no cursor on its last page, and none where nothing was found', () => {
    expect(
      byId.cut(
        rows.slice(0, 2),
        2,
        ({ id }) => id,
        ({ id }) => id,
      ),
    ).toEqual({ items: ['id-0', 'id-1'] });
    expect(
      byId.cut(
        [],
        2,
        () => 0,
        () => '',
      ),
    ).toEqual({ items: [] });
  });

  it('writes a place that is a string as it is, so that it stays short', () => {
    const { nextCursor = '' } = byId.cut(
      rows,
      1,
      ({ id }) => id,
      ({ id }) => id,
    );
    expect(Buffer.from(nextCursor, 'base64url').toString()).toBe('id-0');
    expect(byId.after(nextCursor)).toBe('id-0');
  });

  it.each(['', 'x', Buffer.from('["a"]').toString('base64url'), Buffer.from('id-77').toString('base64url')])(
    'refuses the cursor "%s" as it was told to',
    (cursor) => {
      expect(() => byPlace.after(cursor)).toThrow(NoSuchPage);
      expect(() => byId.after(cursor)).toThrow(NoSuchPage);
    },
  );

  it('refuses any text with that and nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (cursor) => {
        try {
          byPlace.after(cursor);
        } catch (error) {
          expect(error).toBeInstanceOf(NoSuchPage);
        }
      }),
    );
  });

  it('is declared for contracts and routes', () => {
    expect(page(z.string()).parse({ items: ['a'], nextCursor: 'b' })).toEqual({ items: ['a'], nextCursor: 'b' });
    expect(page(z.string()).safeParse({ items: [1] }).success).toBe(false);
  });
});
