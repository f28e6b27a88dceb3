export { checkModel } from './model-kit/check-model.js';
export type { ModelKitFailure, ModelKitOptions, ModelReport } from './model-kit/check-model.js';
export { describeModel, type ModelKitRunner } from './model-kit/describe-model.js';
export type { HowToOpen, ModelFactory, ModelProvider, OpenModel } from './model-kit/model-factory.js';
export { modelObligations } from './model-kit/model-obligations.js';
export type { ModelDeviation, ModelObligation } from './model-kit/obligation.js';
export type { ModelFault } from './model-server/model-fault.js';
export { openModelServer, type ModelServer, type ModelServerOptions } from './model-server/model-server.js';
