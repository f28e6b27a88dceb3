import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { InProcessTransport } from '@isolith/message-bus';
import { checkTransport, reportTable, statedReport } from '@isolith/message-bus/testing';
import { deviations } from '../topology/deviations.js';

const FILE = fileURLToPath(new URL('../../../../docs/conformance.md', import.meta.url));
/** Set to write the file instead of only looking at it. */
const WRITE = process.env['ISOLITH_WRITE_DOCS'] === '1';

async function open() {
  const transport = new InProcessTransport();
  return { transport, another: async () => transport, close: () => transport.close() };
}

const page = (table: string): string => `# What each transport keeps

Every obligation of the conformance kit (\`@isolith/message-bus/testing\`), tried against both transports. *Does not apply*: a function call has
no medium that could restart, and one process no replicas of itself. RabbitMQ's column is what
\`conformance.services.spec.ts\` and \`conformance.faults.services.spec.ts\` of \`libs/message-bus-rabbitmq\` hold it to, against a broker.

${table}
This page is written by \`ISOLITH_WRITE_DOCS=1 npm run jest -- --selectProjects=unit --testPathPatterns conformance-table\`; the same test fails when it is out of date.
`;

describe('docs/conformance.md', () => {
  it('says what the kit finds in process, and what RabbitMQ is held to', async () => {
    const inProcess = await checkTransport({ open }, { deviations: [] });
    expect(inProcess.failures).toEqual([]);
    const expected = page(reportTable({ 'In process': inProcess, RabbitMQ: statedReport({ deviations }) }));
    if (WRITE) writeFileSync(FILE, expected);
    expect(readFileSync(FILE, 'utf8')).toBe(expected);
  });
});
