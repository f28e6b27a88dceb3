import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePrometheus } from './outside/prometheus.ts';
import { at } from './paths.mjs';
import { main, run, StepFailed, stopToolsOnSignal } from './steps.mjs';

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .toSorted()
    .map((name) => join(folder, name));

// npm run alerts: whether Prometheus takes the rules and the configuration of Compose, and whether each alert fires and
// is silent as test/alerts tells.
await main(async () => {
  stopToolsOnSignal();
  const rules = filesIn(at('docs', 'operations', 'alerts'), '.rules.yml');
  const tests = filesIn(at('test', 'alerts'), '.test.yml');
  if (rules.length === 0 || tests.length === 0)
    throw new StepFailed('alerts', 'there are no rules, or no tests of them');
  const promtool = await ensurePrometheus(
    `promtool check rules, and promtool test rules of ${tests.length} files in test/alerts`,
  );
  process.stdout.write(await run('alerts', promtool, ['check', 'rules', ...rules]));
  process.stdout.write(await run('alerts', promtool, ['test', 'rules', ...tests]));
  // What it names is there in the container only.
  const configuration = at('docs', 'operations', 'observability', 'prometheus.yml');
  process.stdout.write(await run('alerts', promtool, ['check', 'config', '--syntax-only', configuration]));
});
