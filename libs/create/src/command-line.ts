import { parseArgs } from 'node:util';
import type { CreateOptions } from './create-app.js';
import { isPackageManager, PACKAGE_MANAGERS, packageManagerIn } from './installers.js';
import { CreateRefusedError } from './refused.js';

export const USAGE = `npm create isolith@latest <folder> [-- options]

Writes a new app into a folder that is not there yet, or is empty; its last part is the app's name.

  --package-manager <name>  ${PACKAGE_MANAGERS.join(', ')}; default: the one that runs this
  --no-install              install no packages
  --no-git                  make no git repository
  --help, --version
`;

/**
 * What is wanted, or what was only asked about. Nothing is ever asked back: it runs in scripts as it does for people.
 */
export type CommandLine = { readonly tell: 'usage' | 'version' } | { readonly create: CreateOptions };

const options = {
  'package-manager': { type: 'string' },
  install: { type: 'boolean', default: true },
  git: { type: 'boolean', default: true },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const;

/** @throws {CreateRefusedError} naming the argument */
export function readCommandLine(args: readonly string[], userAgent: string | undefined): CommandLine {
  const { values, positionals } = parsed(args);
  if (values.help) return { tell: 'usage' };
  if (values.version) return { tell: 'version' };
  const [folder, ...more] = positionals;
  if (folder === undefined)
    throw new CreateRefusedError('Say where the app is to be: npm create isolith@latest my-app.');
  if (more.length > 0)
    throw new CreateRefusedError(`One folder is enough, and these are too many: ${positionals.join(' ')}.`);
  const packageManager = values['package-manager'] ?? packageManagerIn(userAgent);
  if (!isPackageManager(packageManager))
    throw new CreateRefusedError(
      `--package-manager ${packageManager}: it must be one of ${PACKAGE_MANAGERS.join(', ')}.`,
    );
  return { create: { folder, packageManager, install: values.install, git: values.git } };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true });
  } catch (error) {
    // What it throws for is told by its code; its message goes on with advice for programs.
    if (!(error instanceof TypeError)) throw error;
    const [first] = error.message.split('. ');
    throw new CreateRefusedError(`${first}; --help lists what there is.`, { cause: error });
  }
}
