import type { SpecHead } from '../message/spec-file.js';
import type { Name } from '../naming/name.js';

export const queryContract = (context: Name, name: Name) => ({
  text: `export class ${name.pascal} extends query('${context.kebab}.${name.kebab}', {
  input: z.object({ id: z.uuid() }),
  output: z.object({ items: z.array(z.object({ id: z.uuid() })) }),
  access: [signedIn()],
}) {}`,
  imports: [
    ['query', '@isolith/contracts'],
    ['signedIn', '@isolith/contracts'],
    ['z', 'zod'],
  ] as const,
});

export const queryHandler = (context: Name, name: Name): string => `import { ContextDatabase } from '@isolith/journal';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { ${name.pascal} } from '../${context.kebab}.contract.js';

const Row = z.object({ id: z.uuid() });

@QueryHandler(${name.pascal})
export class ${name.pascal}Handler implements IQueryHandler<${name.pascal}> {
  constructor(private readonly database: ContextDatabase) {}

  async execute({ id }: ${name.pascal}): Promise<{ items: z.output<typeof Row>[] }> {
    return { items: await this.database.query(Row, 'SELECT $1::uuid AS id', [id]) };
  }
}
`;

export const querySpec = (context: Name, name: Name): [SpecHead, string] => [
  {
    packages: [
      `import { randomUUID } from 'node:crypto';`,
      `import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';`,
      `import { UnauthenticatedError } from '@isolith/contracts';`,
      `import { nobody, user } from '@isolith/testing';`,
    ],
    own: [`import { ${name.pascal} } from '../${context.kebab}.contract.js';`],
  },
  `describe('${name.kebab}', () => {
  it('answers what is asked for', async () => {
    const id = randomUUID();
    expect(await ${context.camel}.ask(new ${name.pascal}({ id }), user('ada'))).toEqual({ items: [{ id }] });
  });

  it('is refused to whoever is not signed in', async () => {
    await expect(${context.camel}.ask(new ${name.pascal}({ id: randomUUID() }), nobody)).rejects.toThrow(UnauthenticatedError);
  });
});
`,
];

export const queryRoute = (context: Name, name: Name): string => `import { SignedIn } from '@isolith/isolith/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { ${name.pascal} } from '../${context.kebab}.contract.js';

const path = z.object({ id: z.uuid() });

@SignedIn()
@Controller('v1/${context.kebab}/${name.kebab}')
export class ${name.pascal}Route {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  execute(@Param({ schema: path }) { id }: z.output<typeof path>): Promise<{ items: { id: string }[] }> {
    return this.queries.execute(new ${name.pascal}({ id }));
  }
}
`;
