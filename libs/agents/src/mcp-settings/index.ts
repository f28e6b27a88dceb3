export { mcpEdgeOf, type McpSettings, mcpSettings } from './mcp-settings.js';
