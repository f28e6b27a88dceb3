import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Metrics } from '@isolith/observability';
import { PAGE } from '../metrics/metrics-page.js';
import type { KnownMetrics } from './lint.js';

const ROOT = join(import.meta.dirname, '..', '..');
const ROW = /^\| `(\w+)` \| (?:gauge|counter|histogram) \| ([^|]*) \|/gm;

/** Those of the page of metrics, each with its labels. */
export const pageMetrics = (): KnownMetrics =>
  new Map(
    [...readFileSync(join(ROOT, PAGE), 'utf8').matchAll(ROW)].map(([, name = '', labels = '']) => [
      name,
      [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
    ]),
  );

/** The same with those that the library tells of the process. */
export async function knownMetrics(): Promise<KnownMetrics> {
  const { body } = await new Metrics('shop').render();
  const ofProcess = [...body.matchAll(/^# TYPE ((?:process|nodejs)_\w+) /gm)].map(
    ([, name = '']): [string, readonly string[]] => [name, []],
  );
  return new Map([...ofProcess, ...pageMetrics()]);
}
