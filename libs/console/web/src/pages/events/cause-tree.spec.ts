import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Cause } from '../../api/answers/events.js';
import { causeTree, linesOf } from './cause-tree.js';

const cause = (id: string, parent?: string, second = 0): Cause => ({
  id,
  ...(parent === undefined ? {} : { parent }),
  kind: 'event',
  name: `shop.${id}`,
  context: 'shop',
  at: `2026-01-01T00:00:0${second}.000Z`,
});
const shown = (causes: readonly Cause[], folded: readonly string[] = []) =>
  linesOf(causeTree(causes), new Set(folded)).map(({ cause: { id }, depth }) => `${'-'.repeat(depth)}${id}`);

describe('causes and effects', () => {
  it('are a tree, what came first first', () => {
    expect(shown([cause('c', 'a', 2), cause('a'), cause('b', 'a', 1), cause('d', 'c', 3)])).toEqual([
      'a',
      '-b',
      '-c',
      '--d',
    ]);
  });

  it('are folded with all that is below', () => {
    const causes = [cause('a'), cause('b', 'a', 1), cause('c', 'b', 2), cause('d', 'a', 3)];
    expect(shown(causes, ['b'])).toEqual(['a', '-b', '-d']);
    expect(linesOf(causeTree(causes), new Set(['a']))).toMatchObject([{ below: 3, isOpen: false }]);
  });

  it('stand at the top when nobody knows what caused them', () => {
    expect(shown([cause('a'), cause('b', 'gone', 1)])).toEqual(['a', 'b']);
  });

  it('are shown once each, whatever they say of each other', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    fc.assert(
      fc.property(fc.array(fc.tuple(id, fc.option(id, { nil: undefined }))), (pairs) => {
        const causes = pairs.map(([one, parent]) => cause(one, parent));
        const lines = linesOf(causeTree(causes), new Set()).map(({ cause: { id: found } }) => found);
        expect(lines.toSorted()).toEqual([...new Set(causes.map(({ id: given }) => given))].toSorted());
      }),
    );
  });
});
