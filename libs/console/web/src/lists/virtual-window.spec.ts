import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { rowAfter, scrolledTo, virtualWindow, type Seen } from './virtual-window.js';

const seen: Seen = { rows: 100_000, rowHeight: 40, scrolled: 0, height: 600 };

describe('the window over a long list', () => {
  it('draws what is seen and a margin, however long the list is', () => {
    expect(virtualWindow(seen)).toEqual({ start: 0, end: 28, before: 0, behind: (100_000 - 28) * 40 });
    const middle = virtualWindow({ ...seen, scrolled: 2_000_000 });
    expect(middle.start).toBeLessThanOrEqual(50_000);
    expect(middle.end - middle.start).toBeLessThan(60);
  });

  it('has every row that is seen, and the height of all of them', () => {
    const lists = fc.record({
      rows: fc.nat(100_000),
      rowHeight: fc.integer({ min: 1, max: 100 }),
      scrolled: fc.nat(10_000_000),
      height: fc.nat(3_000),
    });
    fc.assert(
      fc.property(lists, (list) => {
        const { start, end, before, behind } = virtualWindow(list);
        expect(before + behind + (end - start) * list.rowHeight).toBe(list.rows * list.rowHeight);
        const last = Math.min(list.rows, Math.ceil((list.scrolled + list.height) / list.rowHeight));
        if (list.scrolled < list.rows * list.rowHeight) {
          expect(start).toBeLessThanOrEqual(Math.floor(list.scrolled / list.rowHeight));
          expect(end).toBeGreaterThanOrEqual(last);
        }
      }),
    );
  });
});

describe('keys in a long list', () => {
  it('lead to rows that are there, and the list follows', () => {
    expect(rowAfter('ArrowDown', 3, seen)).toBe(4);
    expect(rowAfter('ArrowUp', 0, seen)).toBe(0);
    expect(rowAfter('PageDown', 0, seen)).toBe(14);
    expect(rowAfter('End', 0, seen)).toBe(99_999);
    expect(rowAfter('x', 0, seen)).toBeUndefined();
    expect(rowAfter('End', 0, { ...seen, rows: 0 })).toBeUndefined();
    expect(scrolledTo(99_999, seen)).toBe(100_000 * 40 - 600);
    expect(scrolledTo(2, { ...seen, scrolled: 400 })).toBe(80);
    expect(scrolledTo(12, { ...seen, scrolled: 400 })).toBe(400);
  });
});
