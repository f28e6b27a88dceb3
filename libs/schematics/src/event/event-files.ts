import type { Name } from '../naming/name.js';

export const eventContract = (context: Name, name: Name) => ({
  text: `export class ${name.pascal} extends event('${context.kebab}.${name.kebab}', {
  input: z.object({ id: z.uuid() }),
  key: 'id',
}) {}`,
  imports: [
    ['event', '@isolith/contracts'],
    ['z', 'zod'],
  ] as const,
});
