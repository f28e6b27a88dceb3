export { CallApprovals, type CallApproval, type CallToApprove } from './approvals/call-approvals.js';
export { McpModule } from './mcp.module.js';
export type { McpOptions } from './mcp-options.js';
export type { McpDocument } from './resources/resource-service.js';
