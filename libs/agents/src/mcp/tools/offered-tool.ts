import { checkAccess, delegatePrincipal, GATEWAY, type Principal } from '@isolith/contracts';
import type { Tool as WireTool } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Tool } from '../../tools/tool.js';

/** The argument that every command takes beside its own. */
export const KEY_ARGUMENT = 'idempotencyKey';

/** As the `Idempotency-Key` of HTTP: 1 to 200 visible ASCII characters. */
export const idempotencyKey = z.string().regex(/^[!-~]{1,200}$/);

const KEY_SCHEMA = {
  type: 'string',
  pattern: '^[!-~]{1,200}$',
  description: 'Repeat a call with the same key and it has no second effect: it is answered as it was the first time.',
};

const objectSchema = z
  .object({
    type: z.literal('object'),
    properties: z.record(z.string(), z.json()).default({}),
    required: z.array(z.string()).optional(),
  })
  .catchall(z.json());

/** A tool with what MCP says of it, which is the same for all who may use it. */
export interface OfferedTool {
  readonly tool: Tool;
  readonly told: WireTool;
}

/** Made once: serializing schemas is most of what a list costs. Throws with all that can't be offered. */
export function offeredTools(tools: readonly Tool[]): ReadonlyMap<string, OfferedTool> {
  const offered = new Map<string, OfferedTool>();
  const problems: string[] = [];
  for (const tool of tools) {
    if (offered.has(tool.name)) problems.push(`two tools are named ${tool.name}`);
    const input = objectSchema.safeParse(tool.inputSchema);
    if (!input.success) problems.push(`tool ${tool.name} takes no object`);
    else if (Object.hasOwn(input.data.properties, KEY_ARGUMENT))
      problems.push(`tool ${tool.name} has a field named ${KEY_ARGUMENT}, which MCP takes for its own`);
    else offered.set(tool.name, { tool, told: toldOf(tool, input.data) });
  }
  if (problems.length > 0) throw new Error(`MCP: ${problems.join('; ')}`);
  return offered;
}

function toldOf(tool: Tool, input: z.output<typeof objectSchema>): WireTool {
  const { name, title, description, annotations } = tool;
  const output = objectSchema.safeParse(tool.outputSchema);
  const properties = tool.kind === 'write' ? { ...input.properties, [KEY_ARGUMENT]: KEY_SCHEMA } : input.properties;
  return {
    name,
    title,
    description,
    inputSchema: { ...input, properties },
    ...(output.success ? { outputSchema: output.data } : {}),
    annotations: { title, ...annotations },
  };
}

/**
 * Whether this user may use a tool at all: what their roles would be refused for whatever they ask is not shown. `own`
 * is decided when it is called.
 */
export function mayUse({ message }: Tool, user: Principal): boolean {
  const access = checkAccess(message.contract.access, delegatePrincipal(GATEWAY, user));
  return access === 'granted' || access === 'own';
}
