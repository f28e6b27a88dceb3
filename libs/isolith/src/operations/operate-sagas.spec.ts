import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { operateSagas } from './operate-sagas.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let url: string;
let answers: Answer[];
let requests: IncomingMessage[];
let close: () => Promise<unknown>;

beforeEach(async () => {
  answers = [];
  requests = [];
  const server = createServer((request, response) => {
    requests.push(request);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.int() }).parse(server.address());
  url = `http://127.0.0.1:${port}`;
  close = () => {
    const closed = once(server.close(), 'close');
    server.closeAllConnections();
    return closed;
  };
});
afterEach(() => close());

const json =
  (status: number, body: unknown): Answer =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const cut: Answer = (request) => void request.socket.destroy();
const problem = (status: number, detail: string): Answer =>
  json(status, { type: 'no', title: 'No', status, detail, errors: [{ pointer: '/reason', detail: 'too long' }] });
const TOKEN = 'a.b.c';

async function when(...words: readonly string[]): Promise<{ readonly code: number; readonly said: readonly string[] }> {
  const said: string[] = [];
  const env = { OPERATOR_URL: url, OPERATOR_TOKEN: TOKEN };
  return { code: await operateSagas({ words, env, say: (line) => said.push(line) }), said };
}

const at = '2026-01-01T00:00:00.000Z';
const stuck = {
  context: 'orders',
  name: 'orders.checkout',
  id: '7',
  status: 'needs-attention',
  step: 'pay',
  attempts: 12,
  trouble: { type: 'saga-error', detail: 'two\nlines \u001b[2J' },
  createdAt: at,
  updatedAt: at,
};

describe('the command line of sagas', () => {
  it('lists what needs a person in lines without control characters, and fails when a context did not answer', async () => {
    answers = [json(200, { items: [stuck], unreachable: [{ context: 'shipments', reason: 'nobody there' }] })];
    expect(await when()).toEqual({
      code: 1,
      said: [
        `orders.checkout 7 needs-attention at pay after 12 attempts, since ${at}: saga-error: two lines  [2J`,
        'shipments: gave no answer: nobody there',
      ],
    });
    expect(requests.map((request) => [request.url, request.headers.authorization])).toEqual([
      ['/actuator/sagas?status=needs-attention&limit=100', `Bearer ${TOKEN}`],
    ]);
  });

  it('says so when a list is not all there is, and when there is nothing', async () => {
    answers = [json(200, { items: Array.from({ length: 100 }, () => stuck), unreachable: [] })];
    expect((await when('list')).said.at(-1)).toBe('orders: these are its youngest 100; there may be more');
    answers = [json(200, { items: [], unreachable: [] })];
    expect(await when('list', 'running')).toEqual({ code: 0, said: ['no saga is running'] });
  });

  it('asks again for an act whose answer was lost, under one key', async () => {
    answers = [cut, problem(503, 'not now'), json(200, { status: 'running' })];
    expect(await when('skip', 'orders.checkout', 'a/b', 'no use')).toEqual({
      code: 0,
      said: ['orders.checkout a/b is running now'],
    });
    expect(requests.map((request) => request.url)).toEqual(
      Array.from({ length: 3 }, () => '/actuator/sagas/orders/orders.checkout/a%2Fb/skip'),
    );
    expect(new Set(requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it('says that nobody knows when no answer comes, and that none came of what changes nothing', async () => {
    answers = [cut];
    const { code, said } = await when('skip', 'orders.checkout', '7', 'no use');
    expect([code, said]).toEqual([
      1,
      [
        expect.stringContaining('gave no answer in 3 attempts'),
        'nobody knows whether it was done: show orders.checkout 7 before you do it again',
      ],
    ]);
    expect((await when('show', 'orders.checkout', '7')).said).toHaveLength(1);
  });

  it.each([
    ['a refusal', problem(400, 'not as expected'), '400 no: not as expected; /reason: too long'],
    ['no host of ours', json(200, 'hello'), 'answers 200, and not as a host of Isolith does'],
    ['something that is no JSON', ((_, response) => void response.end('<html>')) satisfies Answer, 'answers 200'],
  ])('says what it met, and asks once: %s', async (_what, answer, line) => {
    answers = [answer];
    expect(await when('show', 'orders.checkout', '7')).toEqual({ code: 1, said: [expect.stringContaining(line)] });
    expect(requests).toHaveLength(1);
  });

  it('does not take its token anywhere else', async () => {
    answers = [(_request, response) => void response.writeHead(307, { location: `${url}/else` }).end()];
    expect((await when('show', 'orders.checkout', '7')).code).toBe(1);
    expect(requests.map((request) => request.url)).not.toContain('/else');
  });

  it('asks nobody for what is no command', async () => {
    expect((await when('show', 'checkout')).code).toBe(1);
    expect(requests).toEqual([]);
  });
});
