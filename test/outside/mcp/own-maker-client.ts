import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { bearer, callResult, type Connect } from './foreign-client.js';

/** The client of the protocol's makers: of today's revision, or of the one before. */
export const connectOwnMaker =
  (mode: 'auto' | 'legacy'): Connect =>
  async (url, token) => {
    const client = new Client({ name: 'outside', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: bearer(token) } }));
    return {
      list: async () => (await client.listTools()).tools.map(({ name }) => name),
      call: async (name, args) => callResult.parse(await client.callTool({ name, arguments: { ...args } })),
      close: () => client.close(),
    };
  };
