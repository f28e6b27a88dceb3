import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { InProcessTransport } from '@isolith/message-bus';
import { checkTransport, kitObligations, statedReport } from '@isolith/message-bus/testing';
import { deviations } from '../../../libs/message-bus-rabbitmq/src/topology/deviations.js';
import { allChecks } from '../checks/all-checks.js';
import { recordedSummary } from '../summary.js';
import { allGuarantees } from './all-guarantees.js';
import { guaranteesPage } from './guarantees-page.js';

const ROOT = new URL('../../../', import.meta.url);
const PAGE = fileURLToPath(new URL('docs/guarantees.md', ROOT));
/** Set to write the page instead of only looking at it. */
const WRITE = process.env['ISOLITH_WRITE_DOCS'] === '1';

async function open() {
  const transport = new InProcessTransport();
  return { transport, another: async () => transport, close: () => transport.close() };
}

describe('docs/guarantees.md', () => {
  it('says what the kit finds in process, what RabbitMQ is held to, and what the recorded runs found', async () => {
    const inProcess = await checkTransport({ open }, { deviations: [] });
    expect(inProcess.failures).toEqual([]);
    const expected = guaranteesPage({
      guarantees: allGuarantees,
      kit: { inProcess, rabbitMq: statedReport({ deviations }) },
      summary: recordedSummary(),
    });
    if (WRITE) writeFileSync(PAGE, expected);
    expect(readFileSync(PAGE, 'utf8')).toBe(expected);
  });

  it('names proofs and obligations that are there, and every check', () => {
    const proofs = allGuarantees.flatMap(({ proofs: of }) => of);
    expect(proofs.filter(({ file, title }) => !readFileSync(new URL(file, ROOT), 'utf8').includes(title))).toEqual([]);
    const known = new Set(kitObligations.map(({ id }) => id));
    const named = new Set(allGuarantees.flatMap(({ obligations }) => obligations));
    expect([...named].filter((id) => !known.has(id))).toEqual([]);
    expect(new Set(allGuarantees.flatMap(({ checks }) => checks))).toEqual(new Set(allChecks.map(({ id }) => id)));
  });

  it('has the ten guarantees, each held to something', () => {
    expect(allGuarantees).toHaveLength(10);
    for (const { obligations, checks, proofs } of allGuarantees)
      expect(obligations.length + checks.length + proofs.length).toBeGreaterThan(0);
  });
});
