export { openContext, type OpenOptions } from './open-context.js';
export type { ContextUnderTest, RecordedFact } from './context-under-test.js';
export { given, type Decided, type Given, type GivenAggregate } from './given.js';
export { placements, type Crossing } from './placements.js';
export { nobody, service, user } from './principals.js';
