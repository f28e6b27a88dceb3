import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..', '..');

const rule = z.union([
  z.strictObject({
    alert: z.string().regex(/^[A-Z]\w+$/),
    expr: z.string(),
    for: z.string().regex(/^\d+m$/),
    labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
    annotations: z.strictObject({
      summary: z.string().min(40),
      runbook: z.string().regex(/^docs\/runbooks\/[a-z-]+\.md$/),
    }),
  }),
  z.strictObject({ record: z.string().regex(/^[a-z]+:\w+:\w+$/), expr: z.string() }),
]);
const rulesFile = z.object({ groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule) })) });
const testFile = z.object({
  rule_files: z.array(z.string()),
  tests: z.array(
    z.object({
      name: z.string(),
      alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })),
    }),
  ),
});

type Rule = z.output<typeof rule>;
export type AlertRule = Extract<Rule, { alert: string }>;

/** All rules that an installation is watched by. */
export function alertRules(): { readonly alerts: readonly AlertRule[]; readonly rules: readonly Rule[] } {
  const folder = join(ROOT, 'docs', 'operations', 'alerts');
  const rules = readdirSync(folder)
    .filter((name) => name.endsWith('.rules.yml'))
    .flatMap((name) => rulesFile.parse(load(readFileSync(join(folder, name), 'utf8'))).groups)
    .flatMap((group) => group.rules);
  return { rules, alerts: rules.filter((one) => 'alert' in one) };
}

/** What the files for `promtool test rules` try of each alert. */
export function triedAlerts(): readonly { readonly alert: string; readonly fires: boolean }[] {
  return readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.test.yml'))
    .flatMap((name) => testFile.parse(load(readFileSync(join(import.meta.dirname, name), 'utf8'))).tests)
    .flatMap((test) => test.alert_rule_test)
    .map(({ alertname, exp_alerts }) => ({ alert: alertname, fires: exp_alerts.length > 0 }));
}
