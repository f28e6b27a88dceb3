import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type LampServer, lampServer } from './spec-support/lamp-server.js';

let lamps: LampServer;
const clients: Client[] = [];
beforeAll(async () => {
  lamps = await lampServer();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});
afterAll(() => lamps.close());

async function client(mode: 'auto' | 'legacy', authorization: string): Promise<Client> {
  const made = new Client({ name: 'spec', version: '1' }, { versionNegotiation: { mode } });
  clients.push(made);
  await made.connect(
    new StreamableHTTPClientTransport(new URL(lamps.url), { requestInit: { headers: { authorization } } }),
  );
  return made;
}

describe.each(['auto', 'legacy'] as const)('a client of its makers, %s', (mode) => {
  it('is shown the tools of its role, with all annotations', async () => {
    const customer = await client(mode, lamps.bearer('u-1', 'customer'));
    const { tools } = await customer.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['lamps_get-lamp', 'lamps_count-lamps', 'lamps_light-lamp']);
    for (const { annotations } of tools)
      expect(Object.keys(annotations ?? {}).toSorted()).toEqual([
        'destructiveHint',
        'idempotentHint',
        'openWorldHint',
        'readOnlyHint',
        'title',
      ]);
    const admin = await client(mode, lamps.bearer('u-2', 'admin'));
    expect((await admin.listTools()).tools.map(({ name }) => name)).toContain('lamps_break-lamp');
    expect(customer.getNegotiatedProtocolVersion()).toBe(mode === 'auto' ? '2026-07-28' : '2025-11-25');
  });

  it('is answered with text and, where the tool has a schema of it, with an object', async () => {
    const asked = await client(mode, lamps.bearer('u-1', 'customer'));
    expect(await asked.callTool({ name: 'lamps_get-lamp', arguments: { lampId: 'a' } })).toMatchObject({
      content: [{ type: 'text', text: '{"lampId":"a","isLit":false}' }],
      structuredContent: { lampId: 'a', isLit: false },
    });
    const counted = await asked.callTool({ name: 'lamps_count-lamps', arguments: {} });
    expect(counted).toMatchObject({ content: [{ type: 'text', text: '3' }] });
    expect(counted).not.toHaveProperty('structuredContent');
  });
});
