export { AgentsModule } from './agents.module.js';
export { CallApprovalsModule } from './call-approvals.module.js';
export type { AgentsFeature, AgentsFeatureOptions } from './agents-feature.js';
