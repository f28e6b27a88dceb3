import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { at, root, toolEnv } from './paths.mjs';
import { main } from './steps.mjs';

const USAGE =
  'usage: npm run typeorm -- --context <context> migration:show | migration:run | migration:revert | migration:generate <path>';

/** Takes `--context orders` or `--context=orders` out of the arguments. */
const takeContext = (args: readonly string[]): { context: string | undefined; rest: readonly string[] } => {
  const index = args.findIndex((arg) => arg === '--context' || arg.startsWith('--context='));
  const found = args[index];
  if (found === undefined) return { context: undefined, rest: args };
  const inline = found.includes('=');
  return {
    context: inline ? found.slice(found.indexOf('=') + 1) : args[index + 1],
    rest: args.toSpliced(index, inline ? 1 : 2),
  };
};

// npm run typeorm: TypeORM's own command line on the database of one context, from the sources.
await main(async () => {
  const { context, rest } = takeContext(process.argv.slice(2));
  const [command] = rest;
  if (context === undefined || context === '' || command === undefined) {
    process.stderr.write(`${USAGE}\n`);
    process.exitCode = 1;
    return;
  }
  // What only writes a file asks for no database.
  const source = ['migration:create', 'entity:create', 'subscriber:create', 'init', 'version'].includes(command)
    ? []
    : ['-d', at('ormconfig.ts')];
  const args = [
    '--conditions=@isolith/source',
    '--import',
    pathToFileURL(at('scripts', 'typescript-hooks.mjs')).href,
    at('node_modules', 'typeorm', 'cli.js'),
    ...rest,
    ...source,
  ];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...toolEnv(), ORM_CONTEXT: context },
    stdio: 'inherit',
  });
  // Ctrl-C reaches both; the tool decides how it ends.
  process.on('SIGINT', () => undefined);
  process.exitCode = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
});
