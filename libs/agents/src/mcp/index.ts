export { McpModule } from './mcp.module.js';
export type { McpOptions } from './mcp-options.js';
export type { McpDocument } from './resources/resource-service.js';
