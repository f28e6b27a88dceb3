import { relative } from 'node:path';
import { readCommandLine, USAGE } from './command-line.js';
import { createApp, type CreatedApp, type CreateOptions } from './create-app.js';
import { ownVersion } from './own-version.js';
import { CreateRefusedError } from './refused.js';

interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * Does what the command line wants; the exit code. Whatever is wrong with it is one sentence, and nothing was written.
 */
export function main(args: readonly string[], userAgent: string | undefined, { out, err }: Terminal): number {
  try {
    const line = readCommandLine(args, userAgent);
    if ('tell' in line) {
      out(line.tell === 'usage' ? USAGE : `${ownVersion()}\n`);
      return 0;
    }
    const app = createApp(line.create);
    out(welcome(app, line.create));
    for (const sentence of app.missing) err(`${sentence}\n`);
    return app.missing.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CreateRefusedError)) throw error;
    err(`${error.message}\n`);
    return 1;
  }
}

function welcome({ name, folder }: CreatedApp, { packageManager, install }: CreateOptions): string {
  const steps = [
    ...(folder === process.cwd() ? [] : [`cd ${relative(process.cwd(), folder)}`]),
    ...(install ? [] : [`${packageManager} install`]),
    `${packageManager} start     # serves on port 3000, on an embedded database`,
    `${packageManager} test      # without any server`,
  ];
  return `\n${name} is written. Go on with:\n\n${steps.map((step) => `  ${step}\n`).join('')}\nIts README.md says the rest.\n`;
}
