import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { z } from 'zod';
import { alertRules } from '../alerts/alert-rules.js';
import { FOLDER } from '../dashboards/files.js';
import { MOST_SERIES } from '../scrape/most-series.js';
import { readComposeFile } from './compose-file.js';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const CONFIGURATION = 'docs/operations/observability';
const configuration = <S extends z.ZodType>(file: string, shape: S): z.output<S> =>
  shape.parse(load(read(`${CONFIGURATION}/${file}`)));

const required = [...read('docker-compose.yml').matchAll(/\$\{(\w+):\?/g)].map(([, name = '']) => name);
const { services, volumes, secrets } = readComposeFile(Object.fromEntries(required.map((name) => [name, 'x'])));
const ours = Object.entries(services).filter(([, { profiles }]) => profiles.length > 0);
const mounts = ours.flatMap(([name, service]) =>
  service.volumes.map((mount) => {
    const [from = '', to = '', mode = 'rw'] = mount.split(':');
    return { name, from, to, mode };
  }),
);
/** `service:port`, as others in the network of Compose name it. */
const isOf = (address: string, port: number): boolean => {
  const [name = '', at] = address.replace(/^http:\/\//, '').split(':');
  return services[name]?.profiles.includes('observability') === true && Number(at) === port;
};
/** Nothing in their images could ask. */
const WITHOUT_HEALTH_CHECK = ['collector', 'jaeger'];

it('the profile has a Prometheus, an Alertmanager, a collector, a store of traces and a Grafana, and nobody else has one', () => {
  expect(ours.map(([name]) => name)).toEqual(['prometheus', 'alertmanager', 'collector', 'jaeger', 'grafana']);
  for (const [, { profiles }] of ours) expect(profiles).toEqual(['observability']);
});

describe.each(ours)('%s', (name, service) => {
  it('is of one version, has bounds, no rights, and is reached from this machine at most', () => {
    expect(service.image).toMatch(/^[a-z/-]+:v?\d+\.\d+\.\d+$/);
    expect(service).toMatchObject({
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      // Compose refuses to write a secret that is a variable into a container that is read only.
      read_only: service.secrets.length === 0,
      restart: 'unless-stopped',
      mem_limit: expect.any(String),
      cpus: expect.any(Number),
    });
    expect(service.logging?.options).toMatchObject({ 'max-size': expect.any(String), 'max-file': expect.any(String) });
    for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('is asked how it is, where it can be', () => {
    expect(service.healthcheck === undefined).toBe(WITHOUT_HEALTH_CHECK.includes(name));
  });

  it('is told of no secret by its environment', () => {
    const told = Object.entries(service.environment).filter(([variable]) => /PASSWORD|SECRET|TOKEN/.test(variable));
    expect(
      told.filter(([variable, value]) => !variable.endsWith('__FILE') || !value.startsWith('/run/secrets/')),
    ).toEqual([]);
  });
});

it('none of its variables is asked of whoever runs the shop without it', () => {
  const variables = ['METRICS_TOKEN', 'GRAFANA_PASSWORD'];
  expect(required.filter((name) => variables.includes(name))).toEqual([]);
  expect(Object.values(secrets).map(({ environment }) => environment)).toEqual(variables);
  const used = Object.entries(services).flatMap(([name, service]) => service.secrets.map((secret) => [name, secret]));
  expect(used).toEqual([
    ['prometheus', 'metrics-token'],
    ['grafana', 'grafana-password'],
  ]);
});

it('what is mounted is there and only read, and what is written has a volume', () => {
  for (const { from, mode } of mounts.filter(({ from }) => from.startsWith('./'))) {
    expect(existsSync(join(ROOT, from))).toBe(true);
    expect(mode).toBe('ro');
  }
  for (const { from } of mounts.filter(({ from }) => !from.startsWith('./'))) expect(volumes).toHaveProperty(from);
});

it('Prometheus scrapes every host with the token, not without a bound, and tells Alertmanager what its rules find', () => {
  const { scrape_configs, rule_files, alerting } = configuration(
    'prometheus.yml',
    z.object({
      rule_files: z.tuple([z.string()]),
      alerting: z.object({
        alertmanagers: z.tuple([z.object({ static_configs: z.tuple([z.object({ targets: z.tuple([z.string()]) })]) })]),
      }),
      scrape_configs: z.tuple([
        z.object({
          job_name: z.literal('shop'),
          sample_limit: z.number(),
          authorization: z.object({ credentials_file: z.string() }),
          dns_sd_configs: z.tuple([z.object({ type: z.literal('A'), port: z.literal(3000) })]),
        }),
        z.unknown(),
      ]),
    }),
  );
  const [{ sample_limit: limit, authorization }] = scrape_configs;
  expect(limit).toBe(MOST_SERIES);
  expect(authorization.credentials_file).toBe('/run/secrets/metrics-token');
  expect(isOf(alerting.alertmanagers[0].static_configs[0].targets[0], 9093)).toBe(true);
  expect(mounts).toContainEqual({
    name: 'prometheus',
    from: './docs/operations/alerts',
    to: rule_files[0].replace('/*.rules.yml', ''),
    mode: 'ro',
  });
  const kept = services['prometheus']?.command?.filter((option) => option.includes('retention'));
  expect(kept).toEqual(['--storage.tsdb.retention.time=15d', '--storage.tsdb.retention.size=4GB']);
});

it('Alertmanager has a receiver for each severity', () => {
  const { route, receivers } = configuration(
    'alertmanager.yml',
    z.object({
      route: z.object({
        receiver: z.string(),
        routes: z.array(z.object({ matchers: z.tuple([z.string()]), receiver: z.string() })),
      }),
      receivers: z.array(z.object({ name: z.string() })),
    }),
  );
  const severities = new Set(alertRules().alerts.map(({ labels }) => labels.severity));
  const routed = route.routes.map(({ matchers: [matcher], receiver }) => [
    matcher.replace('severity = ', ''),
    receiver,
  ]);
  expect([...routed, ['ticket', route.receiver]]).toEqual([
    ['page', 'pages'],
    ['ticket', 'tickets'],
  ]);
  expect(severities).toEqual(new Set(['page', 'ticket']));
  expect(receivers.map(({ name }) => name).toSorted()).toEqual(['pages', 'tickets']);
});

it('the collector takes what hosts send, within a bound, and hands it to the store', () => {
  const names = z.record(z.string(), z.unknown());
  const { receivers, processors, exporters, service } = configuration(
    'collector.yml',
    z.object({
      receivers: z.object({ otlp: z.object({ protocols: z.object({ http: z.object({ endpoint: z.string() }) }) }) }),
      processors: names,
      exporters: z.object({ otlp: z.object({ endpoint: z.string() }) }),
      service: z.object({
        pipelines: z.object({
          traces: z.object({
            receivers: z.array(z.string()),
            processors: z.array(z.string()),
            exporters: z.array(z.string()),
          }),
        }),
      }),
    }),
  );
  const { traces } = service.pipelines;
  expect(traces).toEqual({
    receivers: Object.keys(receivers),
    processors: ['memory_limiter', 'batch'],
    exporters: Object.keys(exporters),
  });
  expect(Object.keys(processors)).toEqual(traces.processors);
  expect(isOf(exporters.otlp.endpoint, 4317)).toBe(true);
  const [, port] = receivers.otlp.protocols.http.endpoint.split(':');
  expect(read('docs/guides/deploy.md')).toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:${port}'`);
});

it('Grafana finds the dashboards and what they ask', () => {
  const { datasources } = configuration(
    'grafana/provisioning/datasources/isolith.yml',
    z.object({
      datasources: z.array(z.object({ type: z.string(), url: z.string(), isDefault: z.boolean().optional() })),
    }),
  );
  const ports: Readonly<Record<string, number>> = { prometheus: 9090, jaeger: 16686, alertmanager: 9093 };
  expect(datasources.map(({ type }) => type)).toEqual(Object.keys(ports));
  for (const { type, url } of datasources) expect(isOf(url, ports[type] ?? 0)).toBe(true);
  expect(datasources.filter(({ isDefault }) => isDefault).map(({ type }) => type)).toEqual(['prometheus']);
  const { providers } = configuration(
    'grafana/provisioning/dashboards/isolith.yml',
    z.object({ providers: z.tuple([z.object({ options: z.object({ path: z.string() }) })]) }),
  );
  const [{ options }] = providers;
  expect(mounts).toContainEqual({ name: 'grafana', from: `./${FOLDER}`, to: options.path, mode: 'ro' });
  const { GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: home = '' } = services['grafana']?.environment ?? {};
  expect(existsSync(join(ROOT, home.replace(options.path, FOLDER)))).toBe(true);
});

it('the guide says where each of them is', () => {
  const guide = read('docs/guides/deploy.md');
  const published = ours.flatMap(([, { ports }]) => ports.map((port) => port.split(':')[1] ?? ''));
  expect(published).toHaveLength(4);
  for (const port of published) expect(guide).toContain(`\`http://127.0.0.1:${port}\``);
});
