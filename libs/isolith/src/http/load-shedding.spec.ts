import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Impairments, type Waiting, WatchList } from '@isolith/message-bus';
import { until } from '@isolith/message-bus/testing';
import { Metrics } from '@isolith/observability';
import { Controller, Get, Module, NotFoundException, Param, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { AccessTokens, LoadSheddingModule, Public } from './index.js';
import { edgeApp } from './spec-support/edge-app.js';

const held: PromiseWithResolvers<string>[] = [];
const hold = (): Promise<string> => {
  const one = Promise.withResolvers<string>();
  held.push(one);
  return one.promise;
};

@Public()
@Controller('v1/orders')
class Orders {
  @Get()
  list(): Promise<string> {
    return hold();
  }

  @Post(':id')
  place(@Param('id') id: string): Promise<string> {
    if (id === 'nothing') throw new NotFoundException();
    return hold();
  }
}

@Public()
@Controller('v1/products')
class Products {
  @Get()
  list(): string {
    return 'products';
  }
}

/** Sagas of a context that become more and are not worked off; joined before hosts begin to look. */
const backlog = { count: 0, grows: 0 };
@Module({})
class Sagas {
  constructor(list: WatchList) {
    list.join({
      name: 'sagas of orders',
      look: (): readonly Waiting[] => {
        const { count } = backlog;
        backlog.count += backlog.grows;
        const waiting = { context: 'orders', count };
        return count === 0
          ? []
          : [{ kind: 'saga', name: 'checkout', waitedMs: 0, reason: 'due', lookAt: '/', backlog: waiting }];
      },
    });
  }
}

const lines: { readonly level: string; readonly said: unknown }[] = [];
const keep =
  (level: string) =>
  (said: unknown): void =>
    void lines.push({ level, said });
let app: NestFastifyApplication;
const ask = (method: 'GET' | 'POST', url: string) => app.inject({ method, url });
const inFlight = async (count: number): Promise<void> => until(() => held.length === count);
const release = (): void => held.splice(0).forEach(({ resolve }) => resolve('done'));

beforeAll(async () => {
  app = await edgeApp([Orders, Products], {
    imports: [
      Sagas,
      LoadSheddingModule.forRoot({
        least: 1,
        most: 5,
        routes: new Map([
          ['orders', [Orders]],
          ['products', [Products]],
        ]),
      }),
    ],
    logger: { log: keep('log'), warn: keep('warn'), error: keep('error'), debug: keep('debug') },
  });
  app.setGlobalPrefix('api');
  await app.listen(0, '127.0.0.1');
});
afterAll(() => app.close());
afterEach(release);

describe('requests beyond what gets done', () => {
  it('are refused at once with 503 and when to come again, those of one context; reads first', async () => {
    const reads = Array.from({ length: 4 }, () => ask('GET', '/api/v1/orders'));
    await inFlight(4);
    const refused = await ask('GET', '/api/v1/orders');
    expect([refused.statusCode, refused.headers['retry-after'], refused.json().type]).toEqual([503, '1', 'overloaded']);
    const write = ask('POST', '/api/v1/orders/1');
    await inFlight(5);
    expect((await ask('POST', '/api/v1/orders/2')).statusCode).toBe(503);
    expect((await ask('GET', '/api/v1/products')).payload).toBe('products');
    expect((await ask('GET', '/api/health/live')).statusCode).toBe(200);
    release();
    for (const answer of await Promise.all([...reads, write])) expect(answer.payload).toBe('done');
  });

  it('are refused before their body has come', async () => {
    const busy = Array.from({ length: 5 }, () => ask('POST', '/api/v1/orders/1'));
    await inFlight(5);
    const { hostname, port } = new URL(await app.getUrl());
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /api/v1/orders/2 HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n',
    );
    const [answer] = z.tuple([z.instanceof(Buffer)]).parse(await once(socket, 'data'));
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 503 /);
    socket.destroy();
    release();
    await Promise.all(busy);
  });

  it('are refused before anything is spent on who sends them', async () => {
    const verify = jest.spyOn(app.get(AccessTokens), 'verify');
    const headers = { authorization: 'Bearer a.b.c' };
    const busy = Array.from({ length: 5 }, () => app.inject({ method: 'POST', url: '/api/v1/orders/1', headers }));
    await inFlight(5);
    expect(verify).toHaveBeenCalledTimes(5);
    const refused = await app.inject({ method: 'POST', url: '/api/v1/orders/2', headers });
    expect([refused.statusCode, typeof refused.headers['x-request-id']]).toEqual([503, 'string']);
    expect(verify).toHaveBeenCalledTimes(5);
    verify.mockRestore();
    release();
    await Promise.all(busy);
  });

  it('take no place with them: what is refused for another reason gives it back, too', async () => {
    for (let nth = 0; nth < 20; nth += 1) expect((await ask('POST', '/api/v1/orders/nothing')).statusCode).toBe(404);
    const write = ask('POST', '/api/v1/orders/1');
    await inFlight(1);
    release();
    expect((await write).payload).toBe('done');
  });

  it('do not become more when clients leave: what they have set going holds its place until it has ended', async () => {
    const leave = new AbortController();
    const url = new URL('/api/v1/orders/1', await app.getUrl());
    const left = Array.from({ length: 5 }, () =>
      fetch(url, { method: 'POST', signal: leave.signal }).catch(() => 'left'),
    );
    await inFlight(5);
    leave.abort();
    expect(await Promise.all(left)).toEqual(Array(5).fill('left'));
    expect((await ask('POST', '/api/v1/orders/2')).statusCode).toBe(503);
    release();
    await until(async () => {
      const again = ask('POST', '/api/v1/orders/nothing');
      return (await again).statusCode === 404;
    });
  });

  it('are those that begin more than gets done, too, while what they begin waits; reads are not', async () => {
    backlog.grows = 100;
    const post = async (): Promise<number> => {
      const answer = ask('POST', '/api/v1/orders/nothing');
      return (await answer).statusCode;
    };
    await until(async () => (await post()) === 503);
    const read = ask('GET', '/api/v1/orders');
    await inFlight(1);
    release();
    expect((await read).statusCode).toBe(200);
    expect(app.get(Impairments).current()).toMatchObject([{ kind: 'load', name: 'orders', effect: 'degraded' }]);
    const { body } = await app.get(Metrics).render();
    expect(body).toMatch(/requests_begin_per_second_limit\{context="orders",[^}]*\} \d/);
    expect(body).not.toMatch(/requests_begin_per_second_limit\{context="products"/);
    Object.assign(backlog, { count: 0, grows: 0 });
    await until(async () => !/requests_begin_per_second_limit\{/.test((await app.get(Metrics).render()).body));
    expect(await post()).toBe(404);
  });

  it('are told in health, in metrics and in one line, not each', async () => {
    const busy = Array.from({ length: 5 }, () => ask('POST', '/api/v1/orders/1'));
    await inFlight(5);
    lines.splice(0);
    for (let nth = 0; nth < 10; nth += 1) await ask('GET', '/api/v1/orders');
    expect(app.get(Impairments).current()).toMatchObject([{ kind: 'load', name: 'orders', effect: 'degraded' }]);
    const { body } = await app.get(Metrics).render();
    expect(body).toMatch(/requests_in_flight\{context="orders",[^}]*\} 5/);
    expect(body).toMatch(/requests_shed_total\{context="orders",[^}]*\} \d\d/);
    expect(body).toMatch(/requests_in_flight_limit\{context="products",[^}]*\} 5/);
    expect(lines.filter(({ level }) => level !== 'debug')).toEqual([]);
    release();
    await Promise.all(busy);
  });
});
