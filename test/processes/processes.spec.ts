import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { diagramOf } from '@isolith/saga';
import { processesPage, PAGE, type Processes } from './processes-page.js';
import { shopProcesses } from './shop-processes.js';

const ROOT = join(import.meta.dirname, '..', '..');
let processes: Processes;
beforeAll(async () => void (processes = await shopProcesses()));

const NODE = /^ +(?:subgraph )?(\w+)(?:\["[^"]+"\]|\{\{"[^"]+"\}\}|\[\/"[^"]+"\/\]|\(\["[^"]+"\]\))$/;
const ARROW = /^ {2}(\w+) (?:-->|-\.->)(?:\|"[^"]+"\|)? (\w+)$/;

describe('the page of processes', () => {
  it('says what the contexts declare: npm run processes', () => {
    expect(readFileSync(join(ROOT, PAGE), 'utf8')).toBe(processesPage(processes));
  });

  it('has every saga and every choreography of the shop', () => {
    expect([
      ...processes.sagas.map(({ plan }) => plan.name),
      ...processes.choreographies.map(({ name }) => name),
    ]).toEqual([
      'orders.call-off',
      'orders.cancellation',
      'orders.checkout',
      'orders.return',
      'payments.refund',
      'notifications.order-mails',
      'notifications.stock-alerts',
    ]);
  });

  it('has diagrams that Mermaid can read: nodes that are there once, arrows between nodes that are there', () => {
    for (const declared of [...processes.sagas, ...processes.choreographies]) {
      const [head, ...all] = diagramOf(declared).split('\n');
      const lines = all.filter((line) => line !== '  end');
      expect(head).toMatch(/^flowchart (?:LR|TD)$/);
      const nodes = lines.flatMap((line) => NODE.exec(line)?.slice(1) ?? []);
      const arrows = lines.flatMap((line) => ARROW.exec(line)?.slice(1) ?? []);
      expect(nodes.length + arrows.length / 2).toBe(lines.length);
      expect(new Set(nodes).size).toBe(nodes.length);
      expect(nodes).toEqual(expect.arrayContaining(arrows));
    }
  });
});
