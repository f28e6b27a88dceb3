import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConsoleLogger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { consoleApp } from '../spec-support/console-app.js';

const LINK = 'Ab_-'.repeat(10) + 'xyz';
const TEN_MINUTES_MS = 600_000;

class Recording extends ConsoleLogger {
  readonly lines: string[] = [];
  protected override printMessages(messages: unknown[]): void {
    this.lines.push(...messages.map((message) => JSON.stringify(message)));
  }
}

let folder: string;
let file: string;
let app: NestFastifyApplication;
let logger: Recording;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'console-link-'));
  file = join(folder, 'link');
  logger = new Recording();
  app = await consoleApp({ variables: { CONSOLE_LINK: file }, logger });
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const keep = (link: string) =>
  writeFileSync(
    file,
    JSON.stringify({
      digest: createHash('sha256').update(link).digest('base64url'),
      expiresAt: new Date(Date.now() + TEN_MINUTES_MS).toISOString(),
    }),
  );
const post = (payload: object) => app.inject({ method: 'POST', url: '/console/session', payload });

describe('a link of the start', () => {
  it('makes an operator of who has it, once, for as long as access tokens last', async () => {
    keep(LINK);
    const { statusCode, headers, body } = await post({ link: LINK });
    expect([statusCode, headers['cache-control']]).toEqual([200, 'no-store']);
    const { token, expiresAt } = z.object({ token: z.string(), expiresAt: z.iso.datetime() }).parse(JSON.parse(body));
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
    const topology = await app.inject({ url: '/actuator/topology', headers: { authorization: `Bearer ${token}` } });
    expect(topology.statusCode).toBe(200);
    const again = await post({ link: LINK });
    expect([again.statusCode, again.headers['content-type']]).toEqual([
      401,
      expect.stringContaining('application/problem+json'),
    ]);
  });

  it('is told to nobody: neither in an answer nor in the log', async () => {
    keep(LINK);
    const { body } = await post({ link: `${LINK}wrong` });
    const { token } = z.object({ token: z.string() }).parse(JSON.parse((await post({ link: LINK })).body));
    const refused = await post({ link: LINK });
    for (const text of [body, refused.body, ...logger.lines]) {
      expect(text).not.toContain(LINK);
      expect(text).not.toContain(token);
    }
    expect(logger.lines.join()).toContain('signed in by the link');
  });

  it('can not be guessed at for long', async () => {
    keep(LINK);
    const statuses: number[] = [];
    for (let n = 0; n < 20; n++) statuses.push((await post({ link: String(n) })).statusCode);
    expect(new Set(statuses)).toEqual(new Set([401]));
    const { statusCode, headers } = await post({ link: LINK });
    expect([statusCode, Number(headers['retry-after'])]).toEqual([429, expect.any(Number)]);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });

  it.each([{}, { link: 1 }, { link: 'x'.repeat(201) }])('is text: %p', async (body: object) => {
    expect((await post(body)).statusCode).toBe(400);
  });

  it('is none where the file is broken, which the log says', async () => {
    writeFileSync(file, 'nothing of it');
    expect((await post({ link: LINK })).statusCode).toBe(401);
    expect(logger.lines.join()).toContain('CONSOLE_LINK: the file can not be used');
  });
});

it('without one nobody signs in by a link', async () => {
  const bare = await consoleApp();
  const { statusCode } = await bare.inject({ method: 'POST', url: '/console/session', payload: { link: LINK } });
  await bare.close();
  expect(statusCode).toBe(401);
});
