export { agent, defaultLimits, type Agent, type AgentLimits, type AgentSpec, type ModelPrice } from './agent/agent.js';
export { ModelRejectedError, ModelUnavailableError } from './model/model.js';
export type { Model, ModelAnswer, ModelRequest, OfferedTool } from './model/model.js';
export type { ModelBlock, ModelMessage, ModelStop, ModelUsage, ToolResult, ToolUse } from './model/model-message.js';
export type { KeptEntry, RunEnd, RunEntry } from './run/run-entry.js';
export { AgentRuns, type OpenApproval, type RunStatus, type RunView } from './runs/agent-runs.js';
export { RUN_PRINCIPALS, type RunPrincipals } from './runs/run-principals.js';
export type { ReadTool, Tool, ToolAnnotations, ToolOutcome, Verdict, WritePolicy, WriteTool } from './tools/tool.js';
