import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lines, orderFilesOn, orderPage, PAGE } from './order-page.js';

const ROOT = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(ROOT, PAGE), 'utf8');

// That these are the files of an order is shown by test/hosts/one-order.spec.ts.
describe('the page of one order', () => {
  const files = orderFilesOn(page);
  const all = [...files.untilSaga, ...files.untilConfirmed];

  it('is written from its files and their lines: write it with `npm run one-order`', () => {
    expect(orderPage(files)).toBe(page);
  });

  it('names files that there are, once each', () => {
    expect(all.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
  });

  it('has use for every line', () => {
    expect(Object.keys(lines).filter((file) => !all.includes(file))).toEqual([]);
  });

  it('is not written while a file has no line', () => {
    expect(() => orderPage({ untilSaga: ['src/orders/nobody-knows.ts'], untilConfirmed: [] })).toThrow(
      'say in one line what each does, in test/one-order/lines-of-*.ts: src/orders/nobody-knows.ts',
    );
  });
});
