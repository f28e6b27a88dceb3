import type { SpecHead } from '../message/spec-file.js';
import type { Name } from '../naming/name.js';

/** The commands of the step and of its compensation. */
export interface StepNames {
  readonly step: Name;
  readonly undo: Name;
}

export const sagaFile = (
  context: Name,
  name: Name,
  { step, undo }: StepNames,
): string => `import { saga } from '@isolith/saga';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ${step.pascal}, ${undo.pascal} } from '../${context.kebab}.contract.js';

const ${name.pascal}State = z.object({ id: z.uuid() });

/**
 * Begun in a unit of work: \`sagas.begin(this.${name.camel}.definition, id, { id })\`. Each step says how it is undone,
 * or is pivot or retriable.
 */
@Injectable()
export class ${name.pascal}Saga {
  readonly definition = saga({
    name: '${context.kebab}.${name.kebab}',
    state: ${name.pascal}State,
    steps: (step) => [
      step({
        name: '${step.kebab}',
        invoke: ({ id }) => new ${step.pascal}({ id }),
        compensate: ({ id }) => new ${undo.pascal}({ id }),
      }),
    ],
  });
}
`;

export const sagaSpec = (context: Name, name: Name, { step, undo }: StepNames): [SpecHead, string] => [
  {
    packages: [
      `import { randomUUID } from 'node:crypto';`,
      `import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';`,
      `import { UnitOfWork } from '@isolith/journal';`,
      `import { Sagas } from '@isolith/saga';`,
    ],
    own: [
      `import { ${step.pascal}, ${undo.pascal} } from '../${context.kebab}.contract.js';`,
      `import { ${name.pascal}Saga } from './${name.kebab}.saga.js';`,
      `import { ${step.pascal}Handler } from './${step.kebab}.js';`,
    ],
  },
  `const { definition } = new ${name.pascal}Saga();

describe('${name.kebab}', () => {
  const id = randomUUID();

  it('takes its step and ends', async () => {
    const stepped = jest.spyOn(${context.camel}.get(${step.pascal}Handler), 'execute');
    const sagas = ${context.camel}.get(Sagas);
    await ${context.camel}.run(() => ${context.camel}.get(UnitOfWork).run(() => sagas.begin(definition, id, { id })));
    expect(await sagas.ended(definition, id, AbortSignal.timeout(10_000))).toBe('completed');
    expect(stepped.mock.calls).toEqual([[new ${step.pascal}({ id })]]);
  });

  it('undoes its step', async () => {
    const sent: object[] = [];
    const undone = definition.plan.steps[0]?.compensate({ id }, async (command) => {
      sent.push(command);
      throw new Error('only looked at');
    });
    await expect(undone).rejects.toThrow('only looked at');
    expect(sent).toEqual([new ${undo.pascal}({ id })]);
  });
});
`,
];
