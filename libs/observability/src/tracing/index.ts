export { RemarkableTraces, type RemarkableTracesOptions } from './remarkable-traces.js';
export { startTracing, type Tracing, type TracingOptions } from './start-tracing.js';
