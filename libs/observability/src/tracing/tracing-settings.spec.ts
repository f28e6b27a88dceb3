import { describe, expect, it } from '@jest/globals';
import { tracingSettings } from './tracing-settings.js';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

describe('the variables of OpenTelemetry', () => {
  it.each([
    ['nothing', {}],
    ['an empty endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    ['OTEL_SDK_DISABLED', { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }],
    ['OTEL_TRACES_EXPORTER=none', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }],
  ])('%s: nothing is traced', (_, env) => {
    expect(tracingSettings(env)).toEqual({ settings: undefined, violations: [] });
  });

  it.each([
    ['an endpoint', ENDPOINT, { exporter: 'otlp', parentBased: true, ratio: 1 }],
    ['one of traces', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://a/v1/traces' }, { exporter: 'otlp' }],
    ['the console', { OTEL_TRACES_EXPORTER: 'console' }, { exporter: 'console' }],
    [
      'a ratio',
      { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' },
      { parentBased: true, ratio: 0.01 },
    ],
    ['a ratio for all', { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'traceidratio' }, { parentBased: false, ratio: 1 }],
    ['always off', { ...ENDPOINT, OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, { parentBased: true, ratio: 0 }],
    [
      'how it is sent',
      { ...ENDPOINT, OTEL_BSP_SCHEDULE_DELAY: '100', OTEL_BSP_MAX_QUEUE_SIZE: '4096' },
      { batch: { scheduledDelayMillis: 100, maxQueueSize: 4_096 } },
    ],
  ])('%s is read', (_, env, settings) => {
    expect(tracingSettings(env)).toMatchObject({ settings, violations: [] });
  });

  it.each([
    ['OTEL_TRACES_EXPORTER', 'zipkin', 'expected one of otlp, console, none, got "zipkin"'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'expected one of http/json, got "grpc"'],
    ['OTEL_TRACES_SAMPLER', 'some', 'expected one of always_on, always_off, traceidratio, parentbased_always_on'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5', 'expected a number from 0 to 1, got "1.5"'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', '0', 'expected a whole number, got "0"'],
    ['OTEL_SDK_DISABLED', 'yes', 'expected one of true, false, got "yes"'],
  ])('%s=%s is refused by name', (name, value, why) => {
    const { violations } = tracingSettings({ ...ENDPOINT, [name]: value });
    expect(violations).toEqual([expect.stringContaining(`${name}: ${why}`)]);
  });
});
