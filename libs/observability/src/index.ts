export { hostLog, type HostLogOptions, type LogLevel } from './host-log.js';
export type { HistogramOptions, HistogramReading } from './histogram-readings.js';
export { Metrics, type DeclaredMetric, type Measured, type Reading, type ServedRequest } from './metrics.js';
export { CENSORED } from './redaction.js';
export { newSpan, readTraceparent, type TraceIds } from './trace-context.js';
export { tracingSettings, type TracingSettings } from './tracing/tracing-settings.js';
