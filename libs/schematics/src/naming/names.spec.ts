import { describe, expect, it } from '@jest/globals';
import { contextName } from './context-name.js';
import { type Member, memberName } from './member-name.js';
import { Name } from './name.js';

const read = (member: Member, name: string, context?: string): string => {
  const placed = memberName(member, { name, context }, (one) => one === 'inventory');
  return `${placed.context.kebab} ${placed.name.kebab}`;
};

describe('a name', () => {
  it.each(['reserve-stock', 'ReserveStock', 'reserveStock', 'reserve_stock'])('is the same as %s', (text) => {
    const { kebab, pascal, camel, snake } = Name.parse(text, 'a command');
    expect([kebab, pascal, camel, snake]).toEqual(['reserve-stock', 'ReserveStock', 'reserveStock', 'reserve_stock']);
  });

  it('keeps an abbreviation together', () => {
    expect(Name.parse('ImportHTTPLog2', 'a command').kebab).toBe('import-http-log2');
  });

  it.each(['', '-', 'reserve--stock', '2nd-try', 'réserver', 'reserve stock', 'a'.repeat(61)])(
    'is not %p, for a reason that is told',
    (text) => {
      expect(() => Name.parse(text, 'a command')).toThrow(/a command: (expected words of a to z|60 characters)/);
    },
  );

  it.each(['default', 'package', 'await', 'context', 'gateway'])(
    'of a context is not %s, which means something else',
    (text) => {
      expect(() => contextName(text)).toThrow(`"${text}" can't name a context`);
    },
  );
});

describe('the name of what belongs to a context', () => {
  it.each([
    ['inventory/reserve-stock', undefined],
    ['inventory/ReserveStock', undefined],
    ['inventory/stock.reserve', undefined],
    ['inventory.reserve-stock', undefined],
    ['stock.reserve', 'inventory'],
    ['inventory.reserve-stock', 'inventory'],
    ['reserve-stock', 'Inventory'],
  ])('%s, with the context %s, is one command', (name, context) => {
    expect(read('command', name, context)).toBe('inventory reserve-stock');
  });

  it('says of an event what happened, of a query what is asked', () => {
    expect(read('event', 'inventory/stock.reserved')).toBe('inventory stock-reserved');
    expect(read('query', 'inventory/stock-level.get')).toBe('inventory get-stock-level');
  });

  it.each([
    [
      'reserve-stock',
      undefined,
      'a command belongs to a context: write its name in front, as in inventory/reserve-stock',
    ],
    ['stock.reserve', undefined, 'a command belongs to a context'],
    ['inventory/reserve-stock', 'orders', 'names a context, and so does --context'],
    ['src/inventory/reserve-stock', undefined, 'expected one / at most'],
    ['a.b.c', 'inventory', 'expected one dot at most'],
    ['stock.', 'inventory', '"" is no name of a command'],
    ['inventory/', undefined, '"" is no name of a command'],
  ])('%s, with the context %s, is refused: %s', (name, context, reason) => {
    expect(() => read('command', name, context)).toThrow(reason);
  });
});
