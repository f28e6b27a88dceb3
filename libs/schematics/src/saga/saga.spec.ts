import { expect, it } from '@jest/globals';
import { command } from '../command/command.js';
import { SmallApp } from '../spec-support/small-app.js';
import { saga } from './saga.js';

it('a saga comes with the commands of its step and its compensation, once', async () => {
  const app = new SmallApp();
  expect(await app.generate(saga({ name: 'orders/checkout' }))).toEqual([
    'package.json does not list what is used now: npm install @isolith/saga @nestjs/common',
  ]);
  const features = ['checkout.saga', 'perform-checkout', 'undo-checkout'];
  expect(app.added()).toEqual([
    ...features.flatMap((file) => [`src/orders/features/${file}.spec.ts`, `src/orders/features/${file}.ts`]),
    'src/orders/testing/open-orders.ts',
  ]);
  expect(app.text('src/orders/orders.contract.ts')).toContain(`access: [service('orders')],`);
  expect(app.text('src/orders/orders.module.ts')).toContain(
    'IsolithModule.forFeature(orders, { sagas: [CheckoutSaga] })',
  );
  expect(app.text('src/orders/orders.module.ts')).toContain(
    '    PerformCheckoutHandler,\n    UndoCheckoutHandler,\n    CheckoutSaga,\n',
  );
  const before = app.all();
  expect(await app.generate(saga({ name: 'orders/Checkout' }))).toEqual([
    'src/orders/features/checkout.saga.ts is there already; nothing was changed.',
  ]);
  expect(app.all()).toEqual(before);
});

it('a saga whose commands are there already, for others, is refused, and nothing changes', async () => {
  const app = new SmallApp();
  await app.generate(command({ name: 'orders/undo-checkout' }));
  const before = app.all();
  await expect(app.generate(saga({ name: 'orders/checkout' }))).rejects.toThrow(
    'src/orders/orders.contract.ts: UndoCheckout is there already, and a saga checkout comes with that command',
  );
  expect(app.all()).toEqual(before);
});
