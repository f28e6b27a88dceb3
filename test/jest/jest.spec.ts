import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const Results = z.object({
  testResults: z.array(z.object({ name: z.string(), status: z.enum(['passed', 'failed']), message: z.string() })),
});

/** Jest as `npm test` runs it, over the fixtures, all in one worker. */
function runFixtures() {
  const { stdout } = spawnSync(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--experimental-vm-modules',
      at('../../node_modules/jest/bin/jest.js'),
      '--config',
      at('fixtures/jest.config.js'),
      '--runInBand',
      '--json',
    ],
    { encoding: 'utf8' },
  );
  const { testResults } = Results.parse(JSON.parse(stdout));
  return new Map(
    testResults.map(({ name, status, message }) => [
      name.replace(/^.*fixtures[/\\]/, ''),
      // Jest colours what it tells where CI is set, terminal or not.
      { status, message: stripVTControlCharacters(message) },
    ]),
  );
}

describe('a worker that runs one spec file after the other', () => {
  let results: ReturnType<typeof runFixtures>;
  beforeAll(() => {
    results = runFixtures();
  });

  it('fails a file that passes and leaves something behind, and names all of it', () => {
    const { status, message } = results.get('1-leaves-everything.fixture.ts') ?? {};
    expect(status).toBe('failed');
    for (const left of [
      'the global leftBehind',
      "a listener of process 'SIGUSR2'",
      'another environment variable LEFT_BEHIND',
      'another working directory',
      '1 open TCPServerWrap',
    ])
      expect(message).toContain(left);
    expect(message).not.toContain('a value that no message shows');
  });

  it('lets the next file meet nothing of it', () => {
    expect(results.get('2-meets-nothing.fixture.ts')).toEqual({ status: 'passed', message: '' });
  });

  it('points at the line of the TypeScript file that failed', () => {
    const { status, message } = results.get('3-fails.fixture.ts') ?? {};
    expect(status).toBe('failed');
    expect(message).toMatch(/> 10 \|\s+expect\(taken\.away\)\.toBe\('there'\);/);
    expect(message).toContain('3-fails.fixture.ts:10:22');
  });
});

describe('the look at what a file leaves open', () => {
  it("takes standard streams for the process's own, whoever writes to them first", () => {
    const writing = `
      const { watchHandles } = await import(${JSON.stringify(at('open-handles.mjs'))});
      const left = watchHandles();
      process.stderr.write('a warning');
      process.stdout.write(JSON.stringify(await left(0, 100)));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', writing], {
      encoding: 'utf8',
    });
    expect({ stdout, stderr }).toEqual({ stdout: '[]', stderr: 'a warning' });
  });
});
