/**
 * A preload (`node --import`) that reads the project's TypeScript in the thread that runs it, for a program that ends by
 * `process.exit()`: with a thread of its own, as @swc-node/register has it, Node 24 now and then never ends then (one of
 * 15 runs of TypeORM's command line), because each waits for the other.
 */
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const TYPESCRIPT = /^file:.*(?<!\.d)\.ts$/;
/** As the tests have it: decorators and their metadata are those that Nest and TypeORM read. */
const JSC = {
  parser: { syntax: /** @type {const} */ ('typescript'), decorators: true },
  transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  target: /** @type {const} */ ('es2024'),
  keepClassNames: true,
};

registerHooks({
  resolve(specifier, context, nextResolve) {
    // Sources name what they import as it will be called once it is built.
    if (specifier.startsWith('.') && specifier.endsWith('.js') && TYPESCRIPT.test(context.parentURL ?? '')) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(source)) return nextResolve(source.href, context);
    }
    return nextResolve(specifier, context);
  },
  load(url, context, nextLoad) {
    if (!TYPESCRIPT.test(url)) return nextLoad(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), {
      filename,
      jsc: JSC,
      module: { type: 'es6' },
      sourceMaps: 'inline',
      swcrc: false,
    });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
