import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccessTokens, deriveKeys, Public, SESSION_ENDS, SignedIn } from './index.js';
import { edgeApp } from './spec-support/edge-app.js';

const SECRET = 'the secret of the edge, long enough';

@Controller('v1/things')
class Things {
  @SignedIn()
  @Get()
  list(): readonly string[] {
    return [];
  }

  @Public()
  @Get('open')
  open(): readonly string[] {
    return [];
  }
}

const ends = {
  isKnown: true,
  ended: new Set<string>(),
  /** What comes of trying to find out. */
  found: (): void => undefined,
  has: (session: string): boolean => ends.ended.has(session),
  catchUp: async (): Promise<void> => ends.found(),
};

let app: NestFastifyApplication;
const tokens = new AccessTokens(deriveKeys(SECRET));
beforeAll(async () => {
  app = await edgeApp([Things], {
    variables: { AUTH_SECRET: SECRET },
    change: (builder) => builder.overrideProvider(SESSION_ENDS).useValue(ends),
  });
  await app.init();
});
afterAll(() => app.close());
beforeEach(() => {
  ends.isKnown = true;
  ends.ended.clear();
  ends.found = () => undefined;
});

const ask = async (url = '/v1/things', roles: readonly string[] = []): Promise<number> => {
  const authorization = `Bearer ${tokens.issue({ user: 'u', roles, session: 's' })}`;
  return (await app.inject({ method: 'GET', url, headers: { authorization } })).statusCode;
};

describe('the token of a session (fault 18)', () => {
  it('counts until the session has ended, and on no route after that', async () => {
    expect(await ask()).toBe(200);
    ends.ended.add('s');
    expect(await ask()).toBe(401);
    expect(await ask('/v1/things/open')).toBe(200);
    expect(await ask('/actuator/topology', ['admin'])).toBe(401);
  });

  it('waits until it can be told whether the session has ended', async () => {
    ends.isKnown = false;
    ends.found = () => void (ends.isKnown = true);
    expect(await ask()).toBe(200);
    ends.isKnown = false;
    ends.found = () => void ends.ended.add('other');
    expect(await ask()).toBe(503);
    ends.found = () => {
      ends.isKnown = true;
      ends.ended.add('s');
    };
    expect(await ask()).toBe(401);
  });

  it('does not count while that can not be told, but for operators who look at a host that is cut off', async () => {
    ends.isKnown = false;
    expect(await ask()).toBe(503);
    expect(await ask('/actuator/topology', ['admin'])).toBe(200);
    expect(await ask('/%61ctuator/topology', ['admin'])).toBe(200);
    expect(await ask('/v1/things/open')).toBe(200);
    ends.ended.add('s');
    expect(await ask('/actuator/topology', ['admin'])).toBe(401);
  });
});
