import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';
import { cleanUp, temporaryFolder } from './host.js';
import { runNode } from './run-main.js';

afterEach(cleanUp);

/** Says so, and makes the file that HANGS names. */
const STAYS = [
  '-e',
  "console.log('here'); fs.writeFileSync(process.env.HANGS, ''); setInterval(() => undefined, 1_000)",
];

it('resolves with what a program said and how it ended', async () => {
  const ended = runNode(['-e', 'console.log(process.env.ROOM); process.exitCode = 3'], { ROOM: 'attic' });
  expect(await ended).toEqual({ code: 3, said: 'attic\n' });
});

it('ends a program that hangs, and says what that had said', async () => {
  const [limit, hangs] = [new AbortController(), join(temporaryFolder(), 'hangs')];
  const running = runNode(STAYS, { HANGS: hangs }, limit.signal);
  const ended = expect(running).rejects.toThrow(/^node -e .* was ended by SIGKILL; it had said:\nhere/s);
  await eventually('it hangs', async () => existsSync(hangs), Boolean);
  limit.abort();
  await ended;
});

it('leaves nothing running behind a test that gave up', async () => {
  const running = runNode(STAYS, { HANGS: join(temporaryFolder(), 'hangs') });
  const ended = expect(running).rejects.toThrow('was ended by SIGKILL');
  await cleanUp();
  await ended;
});
