import type { SubscriberFiles } from '../subscription/subscriber.js';

/** A reaction, and a spec that tells it the same event twice. */
export const reactionFiles: SubscriberFiles = {
  handler: ({ event, contract, handler }) => `import { UnitOfWork } from '@isolith/journal';
import { Logger } from '@nestjs/common';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { ${event.pascal} } from '${contract}';

@EventsHandler(${event.pascal})
export class ${handler} implements IEventHandler<${event.pascal}> {
  private readonly logger = new Logger(${handler}.name);

  constructor(private readonly unit: UnitOfWork) {}

  /** What is written in the unit has its effect once, however often the event is told. */
  handle(happened: ${event.pascal}): Promise<void> {
    return this.unit.run(async () => {
      this.logger.log({ message: happened.type });
    });
  }
}
`,
  spec: ({ context, event, contract, subscription, handler, file }, example) => [
    {
      packages: [
        ...(example.includes('randomUUID') ? [`import { randomUUID } from 'node:crypto';`] : []),
        `import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';`,
      ],
      own: [`import { ${event.pascal} } from '${contract}';`, `import { ${handler} } from './${file}.js';`],
    },
    `it('reacts once, however often it is told', async () => {
  const handled = jest.spyOn(${context.camel}.get(${handler}), 'handle');
  const happened = ${example};
  for (let nth = 0; nth < 2; nth += 1) await ${context.camel}.deliver('${subscription}', happened, 'told');
  expect(handled).toHaveBeenCalledTimes(1);
  expect(handled.mock.calls[0]?.[0]).toEqual(happened);
});
`,
  ],
};
