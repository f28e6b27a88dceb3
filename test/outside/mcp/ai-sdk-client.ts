import { createMCPClient } from '@ai-sdk/mcp';
import { bearer, callResult, type Connect } from './foreign-client.js';

/** The client of Vercel's AI SDK: it makes a function of each tool. */
export const connectAiSdk: Connect = async (url, token) => {
  const client = await createMCPClient({ transport: { type: 'http', url, headers: bearer(token) } });
  const tools = await client.tools();
  return {
    list: () => Promise.resolve(Object.keys(tools)),
    call: async (name, args) => {
      const tool = tools[name];
      if (tool === undefined) throw new Error(`there is no tool ${name}`);
      return callResult.parse(await tool.execute(args, { toolCallId: 'outside', messages: [], context: {} }));
    },
    close: () => client.close(),
  };
};
