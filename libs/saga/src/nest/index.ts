export { SagaModule } from './saga.module.js';
export type { DeclaresSaga, SagaFeature, SagaFeatureOptions } from './saga-host.js';
export { SagaStatus } from './saga-status.js';
