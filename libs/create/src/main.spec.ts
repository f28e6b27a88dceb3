import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { main } from './main.js';
import { ownVersion } from './own-version.js';

let place: string;
let path: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'create-isolith-'));
  path = process.env['PATH'] ?? '';
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(place, { recursive: true });
});

/** What the command says and how it ends. */
function create(...args: readonly string[]) {
  const said = { out: '', err: '' };
  const code = main(args, undefined, {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
  });
  return { code, ...said };
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Programs that write down where they ran and with what, and end with this code. */
function onPath(programs: Readonly<Record<string, number>>): void {
  const bin = join(place, 'bin');
  mkdirSync(bin);
  for (const [name, code] of Object.entries(programs))
    writeFileSync(join(bin, name), `#!/bin/sh\necho "$PWD ${name} $*" >> ${place}/ran\nexit ${code}\n`, {
      mode: 0o755,
    });
  process.env['PATH'] = `${bin}${delimiter}${path}`;
}
const ran = (): readonly string[] => readFileSync(join(place, 'ran'), 'utf8').trim().split('\n');

describe('a new app', () => {
  it('has its own name everywhere, and one version of the packages', () => {
    const app = join(place, 'corner-shop');
    expect(create(app, '--no-install', '--no-git')).toMatchObject({ code: 0, err: '' });
    const files = filesIn(app);
    expect(files.map((file) => file.slice(app.length + 1))).toEqual(
      expect.arrayContaining([
        'package.json',
        'tsconfig.json',
        '.gitignore',
        '.env.example',
        'compose.yml',
        'README.md',
      ]),
    );
    expect(files.filter((file) => readFileSync(file, 'utf8').includes('my-app'))).toEqual([]);
    expect(readFileSync(join(app, 'src', 'app.ts'), 'utf8')).toContain("application('corner-shop', [");
    const manifest = readFileSync(join(app, 'package.json'), 'utf8');
    expect(JSON.parse(manifest)).toMatchObject({
      name: 'corner-shop',
      dependencies: { '@isolith/isolith': ownVersion() },
      devDependencies: { '@isolith/testing': ownVersion() },
    });
    expect(manifest).not.toContain('"*"');
  });

  it('is told how to go on, with what was left out', () => {
    const left = create(join(place, 'a'), '--no-install', '--no-git', '--package-manager', 'pnpm').out;
    expect(left).toMatch(/^ {2}pnpm install\n {2}pnpm start /m);
    expect(create(join(place, 'b'), '--no-install', '--no-git').out).toMatch(/^ {2}npm install$/m);
    expect(create('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--package-manager') });
    expect(create('--version')).toEqual({ code: 0, out: `${ownVersion()}\n`, err: '' });
  });

  it('is installed by whom it is told to, in its folder, and has a repository', () => {
    onPath({ pnpm: 0 });
    const app = join(place, 'a');
    expect(create(app, '--package-manager', 'pnpm').code).toBe(0);
    expect(ran()).toEqual([`${app} pnpm install`]);
    expect(existsSync(join(app, '.git', 'HEAD'))).toBe(true);
  });

  it('has no repository of its own inside of one', () => {
    create(join(place, 'a'), '--no-install');
    create(join(place, 'a', 'b'), '--no-install');
    expect(existsSync(join(place, 'a', 'b', 'package.json'))).toBe(true);
    expect(existsSync(join(place, 'a', 'b', '.git'))).toBe(false);
  });

  it.each([
    ['yarn', '.yarnrc.yml', 'nodeLinker: node-modules'],
    ['pnpm', 'pnpm-workspace.yaml', 'allowBuilds:'],
  ])('says to %s what it has to be told, and only to it', (packageManager, file, text) => {
    create(join(place, 'a'), '--no-install', '--no-git', '--package-manager', packageManager);
    expect(readFileSync(join(place, 'a', file), 'utf8')).toContain(text);
    create(join(place, 'b'), '--no-install', '--no-git');
    expect(existsSync(join(place, 'b', file))).toBe(false);
  });

  it('stays when its packages can not be installed, and says so', () => {
    onPath({ npm: 1, git: 128 });
    const app = join(place, 'a');
    expect(create(app)).toMatchObject({
      code: 1,
      err: `git made no repository: run git init.\nnpm could not install the packages: run npm install in ${app}.\n`,
    });
    expect(existsSync(join(app, 'src', 'main.ts'))).toBe(true);
  });

  it('stays when there is neither git nor the package manager, and says so', () => {
    process.env['PATH'] = place;
    const app = join(place, 'a');
    expect(create(app, '--package-manager', 'yarn')).toMatchObject({
      code: 1,
      err: `git is not installed: run git init.\nyarn is not installed: run yarn install in ${app}.\n`,
    });
  });

  it('goes into an empty folder, and into one with a fresh repository', () => {
    mkdirSync(join(place, 'a', '.git'), { recursive: true });
    expect(create(join(place, 'a'), '--no-install', '--no-git').code).toBe(0);
  });
});

describe('what is refused', () => {
  it.each(['My-App', '1st', '-', 'a b', 'ünder', 'a'.repeat(65), 'a.b'])('the name %j', (name) => {
    expect(create(join(place, name))).toEqual({
      code: 1,
      out: '',
      err: `${JSON.stringify(name)} is no name for an app: take 1 to 64 of a-z, 0-9 and -, beginning with a letter.\n`,
    });
    expect(readdirSync(place)).toEqual([]);
  });

  it('a folder that has something in it, and a file', () => {
    mkdirSync(join(place, 'a'));
    writeFileSync(join(place, 'a', 'mine.txt'), 'mine');
    const a = join(place, 'a');
    expect(create(a)).toEqual({ code: 1, out: '', err: `${a} is not empty: take another name, or empty it first.\n` });
    writeFileSync(join(place, 'b'), 'mine');
    const b = join(place, 'b');
    expect(create(b)).toEqual({ code: 1, out: '', err: `${b} is a file: take another name, or move it away.\n` });
    expect(filesIn(place)).toHaveLength(2);
  });

  it('a command line that it does not understand', () => {
    expect(create()).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^Say where .*\n$/) });
  });
});
