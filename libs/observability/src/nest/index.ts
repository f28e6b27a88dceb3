export { ObservabilityModule } from './observability.module.js';
export { nestLog } from './nest-log.js';
