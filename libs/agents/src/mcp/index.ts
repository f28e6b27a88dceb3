export { CallApprovals, type CallApproval, type CallToApprove } from './approvals/call-approvals.js';
export { McpModule } from './mcp.module.js';
export type { McpDocument, McpOptions } from './mcp-options.js';
