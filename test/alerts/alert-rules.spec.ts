import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AskedShop } from '../access/asked-shop.js';
import { alertRules, triedAlerts } from './alert-rules.js';
import { askedMetrics, toldMetrics } from './asked-metrics.js';

const ROOT = join(import.meta.dirname, '..', '..');
const SECTIONS = ['What customers see', 'Look', 'Mend', 'Over'];
const { alerts, rules } = alertRules();
const names = alerts.map(({ alert }) => alert);

describe('the alerts', () => {
  it.each(alerts)('$alert fires in a case of its own, and is silent in another', ({ alert }) => {
    const tried = triedAlerts().filter((one) => one.alert === alert);
    expect(new Set(tried.map(({ fires }) => fires))).toEqual(new Set([true, false]));
  });

  it('have no two of one name, and are all that is tried', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(triedAlerts().map(({ alert }) => alert))).toEqual(new Set(names));
  });

  it.each(alerts)('$alert has a page that says what it is, and what to do', ({ alert, annotations: { runbook } }) => {
    expect(existsSync(join(ROOT, runbook))).toBe(true);
    const page = readFileSync(join(ROOT, runbook), 'utf8');
    expect(/^# (.*)$/m.exec(page)?.[1]?.split(', ')).toContain(alert);
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(SECTIONS);
  });

  it('are listed on one page, each with its severity', () => {
    const page = readFileSync(join(ROOT, 'docs', 'operations', 'alerts.md'), 'utf8');
    const listed = [...page.matchAll(/^\| \[(\w+)\]\(\.\.\/(runbooks\/[a-z-]+\.md)\) \| (\w+) \|/gm)];
    expect(listed.map(([, alert, runbook, severity]) => [alert, `docs/${runbook}`, severity])).toEqual(
      alerts.map(({ alert, labels, annotations }) => [alert, annotations.runbook, labels.severity]),
    );
  });
});

describe('the metrics that they read', () => {
  let shop: AskedShop;
  let told: ReturnType<typeof toldMetrics>;
  beforeAll(async () => {
    shop = await AskedShop.open('memory://');
    const admin = await shop.admin();
    const customer = await shop.person(admin);
    await shop.order(customer, await shop.product(admin, 1));
    told = toldMetrics((await shop.ask('GET', '/metrics', admin.accessToken)).body);
  });
  afterAll(() => shop.close());

  const recorded = new Set(rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])));
  const asked = rules.flatMap(({ expr }) => askedMetrics(expr)).filter(({ metric }) => !recorded.has(metric));

  it('are told by a host of the shop', () => {
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.map(({ metric }) => metric).filter((metric) => !told.has(metric))).toEqual([]);
  });

  it('have the labels that are asked for', () => {
    const without = asked.flatMap(({ metric, labels }) =>
      labels.filter((label) => !(told.get(metric)?.has(label) ?? true)).map((label) => `${metric} has no ${label}`),
    );
    expect(without).toEqual([]);
    // Of these there is nothing to tell in a shop where all is well: test/hosts/runbooks.spec.ts brings them about.
    expect(asked.filter(({ metric }) => told.get(metric) === undefined).map(({ metric }) => metric)).toEqual([
      'parked_messages',
      'journal_horizon_age_seconds',
      'host_impaired_seconds',
      'host_impaired_seconds',
      'certificate_expires_at_seconds',
      'certificate_expires_at_seconds',
    ]);
  });
});
