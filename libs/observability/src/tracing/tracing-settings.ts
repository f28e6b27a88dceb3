import { z } from 'zod';

/** What OpenTelemetry's own variables say of traces, and one of ours. */
export interface TracingSettings {
  readonly exporter: 'otlp' | 'console';
  /** The share of traces that is exported, where nobody has decided before; 1 for all. */
  readonly ratio: number;
  /** What a caller has decided for a trace holds. */
  readonly parentBased: boolean;
  readonly batch: {
    readonly scheduledDelayMillis?: number;
    readonly exportTimeoutMillis?: number;
    readonly maxQueueSize?: number;
    readonly maxExportBatchSize?: number;
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
type SamplerName = (typeof SAMPLERS)[number];
const EXPORTERS = ['otlp', 'console', 'none'] as const;
const PROTOCOL = 'http/json';

const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)
  .pipe(z.int().min(1));
const share = z
  .string()
  .regex(/^(?:0|1|0?\.\d{1,9}|1\.0{1,9}|0\.\d{1,9})$/)
  .transform(Number);

/**
 * Reads the variables that OpenTelemetry gives traces
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables). `settings` is undefined where
 * nothing is to be traced: without an endpoint nothing is, though the specification would send to this machine.
 */
export function tracingSettings(env: Environment): {
  readonly settings: TracingSettings | undefined;
  readonly violations: readonly string[];
} {
  const violations: string[] = [];
  /** As the specification wants it, a variable that is empty is one that is not there. */
  const valueOf = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const oneOf = <T extends string>(name: string, known: readonly T[], otherwise: T): T => {
    const value = valueOf(name) ?? otherwise;
    const found = known.find((one) => one === value.toLowerCase());
    if (found === undefined)
      violations.push(`${name}: expected one of ${known.join(', ')}, got ${JSON.stringify(value)}`);
    return found ?? otherwise;
  };
  const parsed = <T>(name: string, schema: z.ZodType<T>, expected: string): T | undefined => {
    const value = valueOf(name);
    if (value === undefined) return undefined;
    const { data } = schema.safeParse(value);
    if (data === undefined) violations.push(`${name}: expected ${expected}, got ${JSON.stringify(value)}`);
    return data;
  };

  const hasEndpoint = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'].some(
    (name) => valueOf(name) !== undefined,
  );
  const isDisabled = oneOf('OTEL_SDK_DISABLED', ['true', 'false'], 'false') === 'true';
  const exporter = oneOf('OTEL_TRACES_EXPORTER', EXPORTERS, hasEndpoint ? 'otlp' : 'none');
  for (const name of ['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'])
    oneOf(name, [PROTOCOL], PROTOCOL);
  const sampler = oneOf<SamplerName>('OTEL_TRACES_SAMPLER', SAMPLERS, 'parentbased_always_on');
  const stated = parsed('OTEL_TRACES_SAMPLER_ARG', share, 'a number from 0 to 1') ?? 1;
  const batch = {
    scheduledDelayMillis: parsed('OTEL_BSP_SCHEDULE_DELAY', wholeNumber, 'milliseconds'),
    exportTimeoutMillis: parsed('OTEL_BSP_EXPORT_TIMEOUT', wholeNumber, 'milliseconds'),
    maxQueueSize: parsed('OTEL_BSP_MAX_QUEUE_SIZE', wholeNumber, 'a whole number'),
    maxExportBatchSize: parsed('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', wholeNumber, 'a whole number'),
  };
  if (isDisabled || exporter === 'none') return { settings: undefined, violations };
  const given = Object.fromEntries(Object.entries(batch).filter(([, value]) => value !== undefined));
  return {
    settings: {
      exporter,
      parentBased: sampler.startsWith('parentbased'),
      ratio: ratioOf(sampler, stated),
      batch: given,
    },
    violations,
  };
}

function ratioOf(sampler: SamplerName, stated: number): number {
  if (sampler.endsWith('ratio')) return stated;
  return sampler.endsWith('on') ? 1 : 0;
}
