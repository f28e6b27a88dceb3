import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, expect, it } from '@jest/globals';
import { cleanUp, temporaryFolder } from './host.js';
import { throwingHandlers } from './thrown-in-handlers.js';

const run = promisify(execFile);
const MESSAGES = 60;

afterAll(cleanUp);

it('handlers of a built shop throw so often as they are told, each message once, and whatever can be thrown', async () => {
  const folder = `${temporaryFolder()}/dist/mails/features`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/on-it.js`, 'let OnIt = class { handle() { return "handled"; } };\nexport { OnIt };\n');
  writeFileSync(
    `${folder}/ask.mjs`,
    `import { OnIt } from './on-it.js';
     const ends = {};
     for (let n = 0; n < ${MESSAGES}; n += 1) for (let time = 0; time < 2; time += 1) {
       let end = 'threw ' + time;
       try { if ((await new OnIt().handle({ n })) === 'handled') end = 'handled ' + time; } catch {}
       ends[end] = (ends[end] ?? 0) + 1;
     }
     console.log(JSON.stringify({ ends }));`,
  );
  const throwing = throwingHandlers();
  throwing.set(50);
  const { stdout } = await run(process.execPath, [`${folder}/ask.mjs`], {
    env: { NODE_OPTIONS: throwing.nodeOptions, ...throwing.environment },
  });
  const lines = stdout.trim().split('\n');
  for (const line of lines) throwing.take(line);
  // A thrown undefined is no less thrown.
  expect(lines.at(-1)).toBe(JSON.stringify({ ends: { 'threw 0': 50, 'handled 1': MESSAGES, 'handled 0': 10 } }));
  expect(Object.values(throwing.counts()).reduce((sum, times) => sum + times, 0)).toBe(50);
  expect(Object.keys(throwing.counts()).length).toBeGreaterThan(20);
});
