import { expect, it } from '@jest/globals';
import { event } from '@isolith/contracts';
import { projection as declared } from '@isolith/event-sourcing';
import { projection as written } from '@isolith/schematics';
import { z } from 'zod';
import { SmallApp } from '../../libs/schematics/src/spec-support/small-app.js';

class Placed extends event('orders.placed', { input: z.object({ order: z.string() }), key: 'order' }) {}

// The schematics run where no package of ours need be installed, so the bound stands in both.
it.each([40, 41])(
  'a projection with a name of %d characters is written if, and only if, it could run',
  async (length) => {
    const name = 'o'.repeat(length);
    const isWritten = await new SmallApp().generate(written({ name: `orders/${name}`, of: 'order-placed' })).then(
      () => true,
      () => false,
    );
    const { problems } = declared({ name, version: 1, events: [Placed], table: () => [], apply: () => undefined });
    expect(isWritten).toBe(problems.length === 0);
  },
);
