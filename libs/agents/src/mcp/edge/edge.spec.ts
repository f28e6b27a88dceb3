import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LampServer, lampServer } from '../spec-support/lamp-server.js';

let lamps: LampServer;
beforeAll(async () => {
  lamps = await lampServer({ authorizationServer: 'https://sign-in.example' });
});
afterAll(() => lamps.close());

const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** As a client sends it that may write any header, `Host` too. */
function send(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  const { hostname, port } = new URL(lamps.url);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method, path, headers, agent: false }, (answer) => {
      const pieces: string[] = [];
      answer
        .setEncoding('utf8')
        .on('data', (piece: string) => pieces.push(piece))
        .once('error', reject)
        .once('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: pieces.join('') }));
    });
    sent.once('error', reject).end(body);
  });
}
const ask = (headers: Record<string, string> = {}, body = list) =>
  send(
    'POST',
    '/mcp',
    {
      authorization: lamps.bearer('u-1', 'customer'),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body,
  );

describe('who is let in', () => {
  it('is whoever is signed in', async () => {
    expect((await ask()).status).toBe(200);
  });

  it.each([
    ['nobody', {}, 'Bearer resource_metadata'],
    ['a forged token', { authorization: 'Bearer forged' }, 'Bearer error="invalid_token", resource_metadata'],
  ])('is not %s, who is told where to read how', async (_, headers, challenge) => {
    const { status, headers: told } = await send(
      'POST',
      '/mcp',
      { 'content-type': 'application/json', ...headers },
      list,
    );
    const metadata = new URL('/.well-known/oauth-protected-resource/mcp', lamps.url);
    expect(status).toBe(401);
    expect(told['www-authenticate']).toBe(`${challenge}="${metadata.href}"`);
  });

  it('is told of the resource and who gives tokens for it', async () => {
    const { status, body } = await send('GET', '/.well-known/oauth-protected-resource/mcp', {});
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      resource: lamps.url,
      resource_name: 'lamps',
      bearer_methods_supported: ['header'],
      authorization_servers: ['https://sign-in.example'],
    });
  });

  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'evil.example@127.0.0.1',
    '127.0.0.1/evil',
    'evil.example\\@127.0.0.1',
    '127.0.0.1, evil.example',
    'localhost',
  ])('is nobody who takes this host for %s', async (host) => {
    expect((await ask({ host })).status).toBe(403);
    expect((await send('GET', '/.well-known/oauth-protected-resource/mcp', { host })).status).toBe(403);
  });

  it.each(['https://evil.example', 'http://chat.example', 'https://chat.example:8443', 'null', ''])(
    'is no page of %p',
    async (origin) => {
      expect((await ask({ origin })).status).toBe(403);
    },
  );

  it('is a page of its own, not one beside it on this machine', async () => {
    const { origin, host } = new URL(lamps.url);
    expect((await ask({ origin, host })).status).toBe(200);
    expect((await ask({ origin: 'http://127.0.0.1:1', host })).status).toBe(403);
    expect((await ask({ origin: 'http://evil.example', host: 'evil.example' })).status).toBe(403);
  });

  it('is a page that may ask', async () => {
    expect((await ask({ origin: 'https://chat.example' })).status).toBe(200);
  });
});

describe('what is not taken', () => {
  it.each([
    ['no body', '', 400],
    ['null', 'null', 400],
    ['many messages at once', `[${list},${list}]`, 400],
    ['no message', '{"jsonrpc":"2.0"}', 400],
    ['a body beyond the bound of the edge', JSON.stringify({ jsonrpc: '2.0', method: 'x'.repeat(70_000) }), 413],
  ])('%s', async (_, body, status) => {
    expect((await ask({}, body)).status).toBe(status);
  });

  it.each(['GET', 'DELETE', 'PUT'])('%s: there are no sessions', async (method) => {
    const { status, headers } = await send(method, '/mcp', { authorization: lamps.bearer('u-1', 'customer') });
    expect(status).toBe(405);
    expect(headers['allow']).toBe('OPTIONS, POST');
  });

  it('a tool that there is not, and what is thrown below a tool: it is told without its inside', async () => {
    const call = (name: string) =>
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: { lampId: 'a' } } });
    expect((await ask({}, call('lamps_sell-lamp'))).body).toContain('there is no such tool');
    lamps.approvals.ask = () => Promise.reject(new Error('hunter2'));
    const { body } = await ask({}, call('lamps_light-lamp'));
    expect(body).toContain('\\"internal\\"');
    expect(body).not.toContain('hunter2');
  });

  it('a stream of what changes: nothing does', async () => {
    const listen = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'subscriptions/listen',
      params: {
        notifications: { toolsListChanged: true },
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'spec', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    });
    // It ends: the answer is there as a whole.
    const { status, body } = await ask(
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' },
      listen,
    );
    expect(status).toBe(200);
    expect(body).toContain('"resultType":"complete"');
  });
});
