import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const guideOf = (name: string): string => readFileSync(join(ROOT, 'docs', 'guides', `${name}.md`), 'utf8');

// test/strangers runs them.
it.each(['stock/stock.contract.ts', 'stock/stock.service.ts', 'stock/stock.module.ts', 'app.module.ts'])(
  'the guide into an own application shows the file that is tested: %s',
  (file) => {
    const code = readFileSync(join(ROOT, 'test', 'strangers', 'desk', 'after', 'src', file), 'utf8');
    expect(guideOf('adopt')).toContain(`\`\`\`ts\n${code}\`\`\``);
  },
);

// test/strangers creates the app that they are of, and runs it.
it.each([
  'app.ts',
  'stock/stock.contract.ts',
  'stock/stock.context.ts',
  'stock/stock.module.ts',
  'stock/stock.routes.ts',
  'stock/infra/stock.migrations.ts',
  'stock/features/receive-stock.ts',
  'stock/features/receive-stock.route.ts',
  'stock/features/receive-stock.spec.ts',
  'stock/features/on-order-cancelled.ts',
  'orders/domain/order.ts',
  'orders/domain/order.spec.ts',
  'orders/infra/order-aggregate.ts',
  'orders/features/place-order.ts',
  'orders/features/ordering.saga.spec.ts',
  'orders/features/ordering.saga.ts',
  'stock/infra/reservations.ts',
])('the guide to a first context shows the file that npm create writes: %s', (file) => {
  const code = readFileSync(join(ROOT, 'libs', 'create', 'template', 'src', file), 'utf8');
  expect(guideOf('first-context')).toContain(`\`\`\`ts\n${code}\`\`\``);
});

it('the guide to the edge shows the application that is tested', () => {
  const code = readFileSync(join(ROOT, 'test', 'readme', 'edge', 'app.ts'), 'utf8');
  expect(guideOf('edge')).toContain(`\`\`\`ts\n${code}\`\`\``);
});

it('the guide to a first context shows no other code', () => {
  expect(guideOf('first-context').match(/^```ts$/gm)).toHaveLength(17);
});

// test/strangers runs it, in Vitest and in Jest.
it('the guide to tests shows the saga that is tested', () => {
  const file = join(ROOT, 'test', 'strangers', 'desk', 'after', 'test', 'saga.test.ts');
  expect(guideOf('test')).toContain(`\`\`\`ts\n${readFileSync(file, 'utf8')}\`\`\``);
});

const testing = readFileSync(join(ROOT, 'libs', 'testing', 'README.md'), 'utf8');

// test/strangers runs them too.
it.each(['test/stock.test.ts', 'test/architecture.test.ts', 'vitest.config.ts', 'jest.config.js'])(
  'the README of @isolith/testing shows the file that is tested: %s',
  (file) => {
    const code = readFileSync(join(ROOT, 'test', 'strangers', 'desk', 'after', file), 'utf8');
    expect(testing).toMatch(/```[jt]s\n/);
    expect(testing).toContain(`s\n${code}\`\`\``);
  },
);
