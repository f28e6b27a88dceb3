export { AgentsModule } from './agents.module.js';
export type { AgentsFeature, AgentsFeatureOptions } from './agents-feature.js';
