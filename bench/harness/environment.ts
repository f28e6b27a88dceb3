import { cpus, platform, release, totalmem } from 'node:os';
import { Client } from 'pg';
import { z } from 'zod';
import { manage } from '../../test/support/management.js';
import { services } from '../../test/support/services.js';
import type { Environment } from './result.js';

/** What the numbers were measured on; nothing that names the machine. */
export async function environment(needs: readonly string[]): Promise<Environment> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release().split('-')[0] ?? ''}`,
    node: process.version,
    ...(needs.includes('postgresql') ? { postgresql: await postgresVersion() } : {}),
    ...(needs.includes('rabbitmq') ? { rabbitmq: await rabbitVersion() } : {}),
  };
}

async function postgresVersion(): Promise<string> {
  const client = new Client({ connectionString: services().postgresUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit`,
    );
    const [row] = z.array(z.object({ version: z.string(), fsync: z.string(), commit: z.string() })).parse(rows);
    return `${row?.version.split(' ')[0]}, fsync ${row?.fsync}, synchronous_commit ${row?.commit}`;
  } finally {
    await client.end();
  }
}

async function rabbitVersion(): Promise<string> {
  return z.object({ rabbitmq_version: z.string() }).parse(await manage('GET', ['overview'])).rabbitmq_version;
}
