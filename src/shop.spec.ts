import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '@isolith/isolith';
import { shop } from './shop.js';

function parse(env: Record<string, string>) {
  const { config, violations } = parseConfig(shop, env);
  return { values: config.settings(shop.variables), violations };
}

describe("the shop's settings", () => {
  it('have defaults', () => {
    const { values, violations } = parse({});
    expect(violations).toEqual([]);
    expect(values).toMatchObject({
      SEED_DEMO: false,
      SHOP_CURRENCY: 'EUR',
      PAYMENT_TIMEOUT_MS: 2_000,
      PAYMENT_SETTLES_WITHIN_MS: 86_400_000,
      PRICE_TOLERANCE_PERCENT: 0,
      RATE_LIMIT: 50,
      LOAD_SHEDDING: 100,
    });
  });

  it.each([
    ['RATE_LIMIT', 'off', 'off'],
    ['RATE_LIMIT', '7', 7],
    ['RATE_LIMIT_NETWORK', '700', 700],
    ['LOAD_SHEDDING', 'off', 'off'],
    ['LOAD_SHEDDING', '250', 250],
    ['SEED_DEMO', 'true', true],
    ['SHOP_CURRENCY', 'USD', 'USD'],
  ])('%s=%s is read', (name, value, read) => {
    expect(parse({ [name]: value })).toMatchObject({ violations: [], values: { [name]: read } });
  });

  it.each([
    ['RATE_LIMIT', '0'],
    ['RATE_LIMIT', 'none'],
    ['RATE_LIMIT_NETWORK', 'off'],
    ['LOAD_SHEDDING', '0'],
    ['LOAD_SHEDDING', '10001'],
    ['SEED_DEMO', '1'],
    ['SHOP_CURRENCY', 'eur'],
    ['ADMIN_EMAIL', 'admin'],
    ['ADMIN_PASSWORD', 'short'],
    ['PAYMENT_TIMEOUT_MS', '0'],
    ['PAYMENT_SETTLES_WITHIN_MS', '999'],
    ['PRICE_TOLERANCE_PERCENT', '51'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(parse({ [name]: value }).violations).toEqual([expect.stringMatching(new RegExp(`^${name}: expected `))]);
  });

  it('never show a password', () => {
    expect(parse({ ADMIN_PASSWORD: 'hunter2' }).violations.join()).not.toContain('hunter2');
  });
});

it('.env.example names every variable that is read, and no other', async () => {
  const example = await readFile(join(import.meta.dirname, '..', '.env.example'), 'utf8');
  const named = [...example.matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name);
  // ORDERS_DATABASE_URL stands for <CONTEXT>_DATABASE_URL. Those of OpenTelemetry are read by other names than ours.
  expect(new Set(named.filter((variable) => variable?.startsWith('OTEL_') === false))).toEqual(
    new Set([...Object.keys(shop.variables), 'ORDERS_DATABASE_URL']),
  );
});
