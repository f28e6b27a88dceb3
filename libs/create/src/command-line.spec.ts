import { describe, expect, it } from '@jest/globals';
import { readCommandLine } from './command-line.js';

const read = (...args: readonly string[]) => readCommandLine(args, undefined);

describe('the command line', () => {
  it('installs with npm and makes a repository, unless it is told otherwise', () => {
    expect(read('my-app')).toEqual({
      create: { folder: 'my-app', packageManager: 'npm', install: true, git: true },
    });
    expect(read('my-app', '--no-install', '--package-manager', 'yarn', '--no-git')).toEqual({
      create: { folder: 'my-app', packageManager: 'yarn', install: false, git: false },
    });
  });

  it.each([
    ['npm/11.6.2 node/v24.11.0 linux x64 workspaces/false', 'npm'],
    ['pnpm/10.1.0 npm/? node/v24.11.0 linux x64', 'pnpm'],
    ['yarn/4.5.0 npm/? node/v24.11.0 linux x64', 'yarn'],
    ['bun/1.2.0 npm/? node/v24.11.0 linux x64', 'npm'],
    [undefined, 'npm'],
  ])('knows which package manager runs it: %s', (userAgent, packageManager) => {
    expect(readCommandLine(['my-app'], userAgent)).toMatchObject({ create: { packageManager } });
  });

  it('tells what there is, whatever else it is told', () => {
    expect(read('--help', 'my-app')).toEqual({ tell: 'usage' });
    expect(read('-v')).toEqual({ tell: 'version' });
  });

  it.each([
    [[], 'Say where the app is to be: npm create isolith@latest my-app.'],
    [['my-app', 'other'], 'One folder is enough, and these are too many: my-app other.'],
    [['my-app', '--package-manager', 'bun'], '--package-manager bun: it must be one of npm, pnpm, yarn.'],
    [['my-app', '--typescript'], "Unknown option '--typescript'; --help lists what there is."],
    [['my-app', '--git=1'], "Option '--git' does not take an argument; --help lists what there is."],
  ])('says in a sentence what is wrong with %j', (args, sentence) => {
    expect(() => read(...args)).toThrow(expect.objectContaining({ name: 'CreateRefusedError', message: sentence }));
  });
});
