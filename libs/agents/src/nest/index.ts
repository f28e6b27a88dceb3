export type { AgentsFeature, AgentsFeatureOptions } from './agents-feature.js';
