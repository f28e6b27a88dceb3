export { hostLog, type HostLogOptions, type LogLevel } from './host-log.js';
export { Metrics, type Measured, type Reading, type ServedRequest } from './metrics.js';
export { CENSORED } from './redaction.js';
export { newSpan, readTraceparent, type TraceIds } from './trace-context.js';
