export { openContext, type OpenOptions } from './open-context.js';
export type { ContextUnderTest, RecordedFact } from './context-under-test.js';
export { given, type Decided, type Given } from './given.js';
export { nobody, service, user } from './principals.js';
