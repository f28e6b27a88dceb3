export { agent, defaultLimits, type Agent, type AgentLimits, type AgentSpec, type ModelPrice } from './agent/agent.js';
export { callApprovalContracts } from './call-approvals/call-approval-messages.js';
export { CallApprovals, type CallApproval, type CallToApprove } from './call-approvals/call-approvals.js';
export { govern } from './governor/govern.js';
export { refusalText } from './governor/refusal-text.js';
export type { Asked, Governor, Judgement, RefusalType } from './governor/judgement.js';
export { ModelRejectedError, ModelUnavailableError } from './model/model.js';
export type { Model, ModelAnswer, ModelRequest, OfferedTool } from './model/model.js';
export type { ModelBlock, ModelMessage, ModelStop, ModelUsage, ToolResult, ToolUse } from './model/model-message.js';
export { guardedModel, type GuardOptions } from './model/guarded-model.js';
export { problemsOfHistory, problemsOfRequest } from './model/history-rules.js';
export type { ModelScript, ScriptedCall, ScriptedTurn } from './model/script.js';
export { scriptedModel } from './model/scripted-model.js';
export type { KeptEntry, RunEnd, RunEntry } from './run/run-entry.js';
export { AgentRuns, type OpenApproval, type RunStatus, type RunView } from './runs/agent-runs.js';
export { RUN_PRINCIPALS, type RunPrincipals } from './runs/run-principals.js';
export { read, trusted, write, type ReadSpec, type WriteOptions, type WriteSpec } from './tools/entries.js';
export { approve, auto, byAmount, byRole, forbid, strictest, type AmountBounds } from './tools/policies.js';
export type {
  PolicyCase,
  PolicyVerdict,
  ReadTool,
  Tool,
  ToolAnnotations,
  ToolInput,
  Verdict,
  WritePolicy,
  WriteTool,
} from './tools/tool.js';
export type { ToolAnswer } from './tools/tool-answer.js';
export { ToolCalls, type Buses, type ToolCall, type ToolCallOptions } from './tools/tool-calls.js';
export { ToolDeclarationError, toolNamed, tools, type ToolList } from './tools/tools.js';
