import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccessTokens, deriveKeys } from './index.js';
import { edgeApp } from './spec-support/edge-app.js';

const SECRET = 'the secret of the edge, long enough';
const METRICS_TOKEN = 'scrape-me';
const FLOOD = 400;

let app: NestFastifyApplication;
const admin = `Bearer ${new AccessTokens(deriveKeys(SECRET)).issue({ user: 'root', roles: ['admin'], session: 's' })}`;

beforeEach(async () => {
  app = await edgeApp([], { variables: { AUTH_SECRET: SECRET, METRICS_TOKEN } });
  await app.init();
});
afterEach(() => app.close());

/** All at once, from as many addresses as are given. */
async function flood(url: string, headers: Record<string, string>, from: (n: number) => string = () => '192.0.2.1') {
  const ask = (_: unknown, n: number) => app.inject({ method: 'GET', url, headers, remoteAddress: from(n) });
  const answers = await Promise.all(Array.from({ length: FLOOD }, ask));
  return answers.map(({ statusCode, headers: said }) => ({ status: statusCode, wait: said['retry-after'] }));
}

describe('what operators ask for (fault 44)', () => {
  it.each([
    ['/metrics', 'a scraper', { authorization: `Bearer ${METRICS_TOKEN}` }],
    ['/metrics?x=1', 'whoever guesses', { authorization: 'Bearer guessed' }],
    ['/Metrics', 'whoever spells', {}],
    ['/%6detrics', 'whoever writes it otherwise', {}],
    ['/actuato%72/topology', 'an admin who writes it otherwise', { authorization: admin }],
    ['/actuator/topology', 'anybody', {}],
    ['/actuator/topology', 'an admin', { authorization: admin }],
  ])('%s has a limit for %s, on a host without routes', async (url, _, headers) => {
    const refused = (await flood(url, headers)).filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ wait }) => wait))).toEqual(new Set(['1']));
  });

  it('is refused to whoever floods from all addresses of a network, and to nobody else', async () => {
    const refused = await flood('/metrics', {}, (n) => `2001:db8::${n.toString(16)}`);
    expect(refused.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
    const ask = (remoteAddress: string, authorization: string) =>
      app.inject({ method: 'GET', url: '/metrics', headers: { authorization }, remoteAddress });
    expect((await ask('192.0.2.7', `Bearer ${METRICS_TOKEN}`)).statusCode).toBe(200);
    expect((await ask('2001:db8::1', admin)).statusCode).toBe(200);
  });

  it('leaves health alone', async () => {
    const answers = await flood('/health/live', {});
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
