import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { consoleLine, plannedUrl, withConsoleLink } from '../../scripts/console-link.ts';
import { AskedShop } from './asked-shop.js';

const folder = mkdtempSync(join(tmpdir(), 'console-link-'));
const env = withConsoleLink({ DATA_DIR: join(folder, 'data') });
const HERE = 'http://127.0.0.1:3000';

let shop: AskedShop;
beforeAll(async () => {
  shop = await AskedShop.open('memory://', { CONSOLE_LINK: z.string().parse(env['CONSOLE_LINK']) });
});
afterAll(async () => {
  await shop.close();
  rmSync(folder, { recursive: true });
});

const linkIn = (line: string | undefined): string => line?.split('#link=')[1] ?? '';
const signIn = (link: string) => shop.ask('POST', '/console/session', undefined, { link });

describe('the link that npm start shows', () => {
  it('makes an operator of who follows it, once', async () => {
    const line = consoleLine(HERE, env, {});
    expect(line).toMatch(/^console {2}http:\/\/127\.0\.0\.1:3000\/console\/#link=[\w-]{43}$/);
    const { status, body } = await signIn(linkIn(line));
    expect(status).toBe(200);
    const { token } = z.object({ token: z.string() }).parse(JSON.parse(body));
    expect((await shop.ask('GET', '/actuator/sagas', token)).status).toBe(200);
    expect((await signIn(linkIn(line))).status).toBe(401);
  });

  it('ends with the next one', async () => {
    const [first, second] = [consoleLine(HERE, env, {}), consoleLine(HERE, env, {})].map(linkIn);
    expect((await signIn(first ?? '')).status).toBe(401);
    expect((await signIn(second ?? '')).status).toBe(200);
  });

  it('is not in its file, which nobody else may read', () => {
    const link = linkIn(consoleLine(HERE, env, {}));
    const file = z.string().parse(env['CONSOLE_LINK']);
    expect(readFileSync(file, 'utf8')).not.toContain(link);
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('is none where no console is shown, and left to who has a place of his own for it', () => {
    expect(consoleLine(HERE, { NODE_ENV: 'production' }, {})).toBeUndefined();
    expect(withConsoleLink({ CONSOLE: 'off' })).toEqual({ CONSOLE: 'off' });
    const own = { CONSOLE_LINK: join(folder, 'own') };
    expect(consoleLine(HERE, withConsoleLink(own), own)).toBe('console  http://127.0.0.1:3000/console/');
  });

  it('leads to where the host will listen', () => {
    expect([plannedUrl({}), plannedUrl({ HOST: '::', PORT: '80' }), plannedUrl({ PORT: '0' })]).toEqual([
      HERE,
      'http://127.0.0.1:80',
      undefined,
    ]);
  });
});
