import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ensurePrometheus } from '../../scripts/outside/prometheus.js';
import { freePorts } from '../../scripts/services/ports.js';
import { eventually } from '../support/eventually.js';
import { owned, temporaryFolder } from '../support/host.js';
import { MOST_SERIES } from './most-series.js';

const ROOT = join(import.meta.dirname, '..', '..');

const failed = z.object({ status: z.literal('error'), error: z.string() });
const vector = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});
const series = z.object({ status: z.literal('success'), data: z.array(z.record(z.string(), z.string())) });
const rules = z.object({
  status: z.literal('success'),
  data: z.object({
    groups: z.array(
      z.object({ rules: z.array(z.object({ name: z.string(), health: z.string(), state: z.string().optional() })) }),
    ),
  }),
});

/** A series with its labels, and what it is now. */
export interface Value {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A rule as it is evaluated: an alert has a state. */
export interface EvaluatedRule {
  readonly name: string;
  readonly health: string;
  readonly state?: string | undefined;
}

interface Scraped {
  /** The addresses of hosts, `http://host:port`. */
  readonly hosts: readonly string[];
  readonly metricsToken: string;
}

/** A Prometheus of our own that scrapes a shop every 2 seconds, with the rules of docs/operations. */
export class Prometheus {
  private constructor(
    private readonly url: string,
    private readonly end: () => Promise<void>,
  ) {}

  /** @throws StepFailed where it can't be had */
  static async scraping({ hosts, metricsToken }: Scraped): Promise<Prometheus> {
    const program = await ensurePrometheus('the scrape of a shop by a Prometheus', 'prometheus');
    const folder = temporaryFolder();
    const [port = 0] = await freePorts(1, 'servers');
    const token = join(folder, 'metrics-token');
    writeFileSync(token, metricsToken, { mode: 0o600 });
    // JSON is YAML.
    const configuration = {
      global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '2s' },
      rule_files: [join(ROOT, 'docs', 'operations', 'alerts', '*.rules.yml')],
      scrape_configs: [
        {
          job_name: 'shop',
          sample_limit: MOST_SERIES,
          authorization: { credentials_file: token },
          static_configs: [{ targets: hosts.map((host) => new URL(host).host) }],
        },
      ],
    };
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, JSON.stringify(configuration));
    const child = spawn(
      program,
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    owned(child);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-10_000)));
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const prometheus = new Prometheus(`http://127.0.0.1:${port}`, async () => {
      child.kill('SIGTERM');
      await ended;
    });
    const ready = (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${port}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    const gone = ended.then(() => Promise.reject(new Error(`Prometheus ended:\n${said}`)));
    // Once it is ready its end is nobody's failure.
    gone.catch(() => undefined);
    await Promise.race([eventually('Prometheus is ready', ready, (is) => is), gone]);
    return prometheus;
  }

  /** @throws Error with the expression, where Prometheus refuses it */
  async query(expression: string): Promise<readonly Value[]> {
    const { data } = await this.ask(`query?query=${encodeURIComponent(expression)}`, vector, expression);
    return data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }));
  }

  /** All series that were there since the start, by their labels; the name is `__name__`. */
  async seriesOf(selector: string): Promise<readonly Readonly<Record<string, string>>[]> {
    return (await this.ask(`series?match[]=${encodeURIComponent(selector)}&start=0`, series, selector)).data;
  }

  async rules(): Promise<readonly EvaluatedRule[]> {
    return (await this.ask('rules', rules, 'rules')).data.groups.flatMap((group) => group.rules);
  }

  async stop(): Promise<void> {
    await this.end();
  }

  private async ask<S extends z.ZodType>(path: string, shape: S, what: string): Promise<z.output<S>> {
    const body: unknown = await (await fetch(`${this.url}/api/v1/${path}`)).json();
    const refused = failed.safeParse(body);
    if (refused.success) throw new Error(`${what}: ${refused.data.error}`);
    return shape.parse(body);
  }
}
