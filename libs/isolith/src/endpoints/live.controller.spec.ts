import { get, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { AccessTokens } from '../http/tokens.js';
import { edgeApp } from '../http/spec-support/edge-app.js';
import { MOST_STREAMS } from '../live/live-feed.js';

let app: NestFastifyApplication;
let url: string;
beforeEach(async () => {
  app = await edgeApp([], { variables: { DATA_DIR: 'memory://', OPERATIONS_RATE_LIMIT: 'off' } });
  await app.listen(0, '127.0.0.1');
  const { port } = z.object({ port: z.int() }).parse(app.getHttpServer().address());
  url = `http://127.0.0.1:${port}/actuator/live`;
});
afterEach(() => app.close());

const token = (roles: readonly string[]) => app.get(AccessTokens).issue({ user: 'anna', roles, session: 's-1' });

/** On a connection of its own, which ends with it. */
async function look(roles: readonly string[] = ['admin']) {
  const request = get(url, { agent: false, headers: { authorization: `Bearer ${token(roles)}` } });
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject);
  });
  let heard = '';
  answer.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk));
  // A client that leaves tells itself that its answer was cut off.
  answer.once('error', () => undefined);
  const over = new Promise((resolve) => answer.once('close', resolve));
  return { answer, heard: () => heard, leave: () => request.destroy(), over };
}

describe('GET /actuator/live', () => {
  it('tells at once how all hosts are, and how that changes', async () => {
    const { answer, heard, leave, over } = await look();
    expect([answer.statusCode, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
      200,
      'text/event-stream',
      'no-store',
    ]);
    await until(() => heard().includes('\n\n'));
    const [first = ''] = heard().split('\n\n');
    expect(first).toMatch(/^id: 1\nevent: snapshot\ndata: /);
    expect(JSON.parse(first.split('data: ')[1] ?? '')).toMatchObject({
      hosts: [{ contexts: ['gateway'], state: 'ready' }],
      edges: [],
      attention: { sagas: 0, parked: 0, openCircuits: 0, waiting: 0, unreachable: [] },
    });
    leave();
    await over;
  });

  it('is for operators', async () => {
    const { answer, over } = await look(['customer']);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      403,
      expect.stringContaining('application/problem+json'),
    ]);
    await over;
  });

  it('refuses what it does not take, and does not begin', async () => {
    const { statusCode, body } = await app.inject({
      url: '/actuator/live?cursor=',
      headers: { authorization: `Bearer ${token(['admin'])}` },
    });
    expect([statusCode, body]).toEqual([400, expect.stringContaining('/cursor')]);
  });

  it('is for so many at once: another one is told to come again, and may when one has left', async () => {
    const all = await Promise.all(Array.from({ length: MOST_STREAMS }, () => look()));
    expect(new Set(all.map(({ answer }) => answer.statusCode))).toEqual(new Set([200]));
    const more = await look();
    expect([more.answer.statusCode, more.answer.headers['retry-after']]).toEqual([503, '1']);
    all[0]?.leave();
    const status = async (): Promise<number | undefined> => {
      const again = await look();
      again.leave();
      return again.answer.statusCode;
    };
    while ((await status()) !== 200);
    for (const { leave } of all) leave();
    await Promise.all(all.map(({ over }) => over));
  });

  it('ends with the host, which says so and stops at once', async () => {
    const { heard, over } = await look();
    await until(() => heard().includes('\n\n'));
    await app.close();
    await over;
    expect(heard()).toContain('event: end\ndata: {"reason":"the host is stopping"}');
  });
});
