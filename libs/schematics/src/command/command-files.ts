import type { SpecHead } from '../message/spec-file.js';
import type { Name } from '../naming/name.js';

/** Who may send a command: whoever is signed in, or the context itself, for its sagas. */
export type Sender = 'user' | 'itself';

export const commandContract = (context: Name, name: Name, sender: Sender) => ({
  text: `export class ${name.pascal} extends command('${context.kebab}.${name.kebab}', {
  input: z.object({ id: z.uuid() }),
  output: z.object({ id: z.uuid() }),
  access: [${sender === 'user' ? 'signedIn()' : `service('${context.kebab}')`}],
}) {}`,
  imports: [
    ['command', '@isolith/contracts'],
    [sender === 'user' ? 'signedIn' : 'service', '@isolith/contracts'],
    ['z', 'zod'],
  ] as const,
});

export const commandHandler = (context: Name, name: Name): string => `import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ${name.pascal} } from '../${context.kebab}.contract.js';

@CommandHandler(${name.pascal})
export class ${name.pascal}Handler implements ICommandHandler<${name.pascal}> {
  constructor(private readonly unit: UnitOfWork) {}

  /** What is read, and asked of others, comes before the unit; what is written and published, in it. */
  execute({ id }: ${name.pascal}): Promise<{ id: string }> {
    return this.unit.run(async () => ({ id }));
  }
}
`;

export const commandSpec = (context: Name, name: Name, sender: Sender): [SpecHead, string] => {
  const [someone, stranger] =
    sender === 'user' ? ["user('ada')", 'nobody'] : [`service('${context.kebab}')`, "user('ada')"];
  const refusal = sender === 'user' ? 'UnauthenticatedError' : 'ForbiddenError';
  return [
    {
      packages: [
        `import { randomUUID } from 'node:crypto';`,
        `import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';`,
        `import { ${refusal} } from '@isolith/contracts';`,
        `import { ${sender === 'user' ? 'nobody, user' : 'service, user'} } from '@isolith/testing';`,
      ],
      own: [
        `import { ${name.pascal} } from '../${context.kebab}.contract.js';`,
        `import { ${name.pascal}Handler } from './${name.kebab}.js';`,
      ],
    },
    `describe('${name.kebab}', () => {
  it('runs once, however often it is sent', async () => {
    const executed = jest.spyOn(${context.camel}.get(${name.pascal}Handler), 'execute');
    const [id, commandId] = [randomUUID(), randomUUID()];
    for (let nth = 0; nth < 2; nth += 1)
      expect(await ${context.camel}.send(new ${name.pascal}({ id }), ${someone}, { id: commandId })).toEqual({ id });
    expect(executed).toHaveBeenCalledTimes(1);
  });

  it('is refused ${sender === 'user' ? 'to whoever is not signed in' : 'to users'}', async () => {
    await expect(${context.camel}.send(new ${name.pascal}({ id: randomUUID() }), ${stranger})).rejects.toThrow(${refusal});
  });
});
`,
  ];
};

export const commandRoute = (
  context: Name,
  name: Name,
): string => `import { CommandId, SignedIn } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { ${name.pascal} } from '../${context.kebab}.contract.js';

const body = z.object({ id: z.uuid() });

@SignedIn()
@Controller('v1/${context.kebab}/${name.kebab}')
export class ${name.pascal}Route {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  execute(@Body({ schema: body }) { id }: z.output<typeof body>, @CommandId() commandId: string): Promise<{ id: string }> {
    return this.commands.execute(withOptions(new ${name.pascal}({ id }), { id: commandId }));
  }
}
`;
