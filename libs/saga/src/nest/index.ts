export { SagaModule } from './saga.module.js';
export type { DeclaresSaga, SagaFeature, SagaFeatureOptions } from './saga-host.js';
export { SagaStatus, type ContextSagas } from './saga-status.js';
export { ChoreographyModule } from './choreography.module.js';
export type { ChoreographyFeature } from './choreography-host.js';
export { DeclaredChoreographies } from './declared-choreographies.js';
