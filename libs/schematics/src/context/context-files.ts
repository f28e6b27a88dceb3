import type { Name } from '../naming/name.js';

/** The files of a context that has no messages yet, by their place in its folder. */
export const contextFiles = (name: Name): readonly (readonly [file: string, text: string])[] => [
  [`${name.kebab}.contract.ts`, 'export {};\n'],
  [
    `${name.kebab}.context.ts`,
    `import { contractsIn } from '@isolith/contracts';
import { context } from '@isolith/isolith';
import * as contract from './${name.kebab}.contract.js';

export const ${name.camel} = context('${name.kebab}', { contracts: contractsIn(contract) });
`,
  ],
  [
    `${name.kebab}.module.ts`,
    `import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { ${name.camel} } from './${name.kebab}.context.js';

@Module({
  imports: [IsolithModule.forFeature(${name.camel})],
  providers: [],
})
export class ${name.pascal}Module {}
`,
  ],
  [
    `${name.kebab}.routes.ts`,
    `import type { Type } from '@nestjs/common';

export const ${name.camel}Routes: Type[] = [];
`,
  ],
  [openerPath(name), openerText(name)],
];

/** Where what opens the context for tests is, in its folder. */
export const openerPath = (name: Name): string => `testing/open-${name.kebab}.ts`;

export const openerText = (
  name: Name,
): string => `import { openContext, type ContextUnderTest } from '@isolith/testing';
import { ${name.camel} } from '../${name.kebab}.context.js';
import { ${name.pascal}Module } from '../${name.kebab}.module.js';

/** The context as it runs in a host, on a database of its own. Close it after use. */
export const open${name.pascal} = (): Promise<ContextUnderTest> => openContext(${name.camel}, { module: ${name.pascal}Module });
`;

export const contextSpec = (name: Name): string => `import { expect, it } from '@jest/globals';
import { open${name.pascal} } from './testing/open-${name.kebab}.js';

it('starts alone, with nothing recorded', async () => {
  const ${name.camel} = await open${name.pascal}();
  try {
    expect(await ${name.camel}.recorded()).toEqual([]);
  } finally {
    await ${name.camel}.close();
  }
});
`;
