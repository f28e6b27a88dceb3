import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import {
  assertNoOpenUnit,
  CallInsideUnitError,
  currentScope,
  requireScope,
  runAs,
  runInScope,
  type OpenUnit,
} from '../index.js';

describe('a scope', () => {
  it('is absent where no message is handled', () => {
    expect(currentScope()).toBeUndefined();
    expect(requireScope).toThrow('use runAs()');
  });

  it('follows the work over awaits and ends with it', async () => {
    const seen = await runAs('orders', async () => {
      await turn();
      return requireScope();
    });
    expect(seen).toMatchObject({ context: 'orders', principal: { service: 'orders', roles: [] } });
    expect(currentScope()).toBeUndefined();
  });

  it('of a nested piece of work is its own; the outer one stays as it was', async () => {
    await runAs('orders', async () => {
      const outer = requireScope();
      const inner = runInScope({ ...outer, context: 'stock' }, async () => {
        await turn();
        return requireScope().context;
      });
      expect(requireScope()).toBe(outer);
      expect([await inner, requireScope().context]).toEqual(['stock', 'orders']);
    });
  });

  it('of work side by side never mixes', async () => {
    const contexts = Array.from({ length: 50 }, (_, nth) => `context-${nth}`);
    const seen = await Promise.all(
      contexts.map((context, nth) =>
        runAs(context, async () => {
          for (let times = 0; times < nth % 5; times += 1) await turn();
          return requireScope().context;
        }),
      ),
    );
    expect(seen).toEqual(contexts);
  });

  it('made by runAs has a correlation of its own', () => {
    expect(runAs('orders', () => requireScope().correlationId)).not.toBe(
      runAs('orders', () => requireScope().correlationId),
    );
    expect(runAs('orders', () => requireScope().correlationId, { correlationId: 'given' })).toBe('given');
  });
});

describe('assertNoOpenUnit', () => {
  it('refuses a call to the outside inside a unit, naming both', () => {
    const unit: OpenUnit = { context: 'orders', append: () => undefined };
    expect(() => runAs('orders', () => assertNoOpenUnit('the payment provider'), { unit })).toThrow(
      CallInsideUnitError,
    );
    expect(() => runAs('orders', () => assertNoOpenUnit('the payment provider'), { unit })).toThrow(
      'orders called the payment provider inside its open unit of work',
    );
    expect(() => runAs('orders', () => assertNoOpenUnit('the payment provider'))).not.toThrow();
    expect(() => assertNoOpenUnit('the payment provider')).not.toThrow();
  });
});
