import { expect, it } from '@jest/globals';
import { withinBytes } from './within-bytes.js';

it('an answer has as many items as fit into it, and at least one', () => {
  const fit = (sizes: readonly number[]) => withinBytes(sizes, (size) => size, 10);
  expect(fit([])).toEqual({ items: [], whole: true });
  expect(fit([4, 6])).toEqual({ items: [4, 6], whole: true });
  expect(fit([4, 6, 1, 1])).toEqual({ items: [4, 6], whole: false });
  expect(fit([11])).toEqual({ items: [11], whole: true });
  expect(fit([11, 1])).toEqual({ items: [11], whole: false });
});
