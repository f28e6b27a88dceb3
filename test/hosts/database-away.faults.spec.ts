import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { databaseServer } from '../support/database-server.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { describeWithFaults } from '../support/describe-with-faults.js';
import { eventually } from '../support/eventually.js';
import { startHost, type Host } from '../support/host.js';

describeWithFaults('a host whose database is away', () => {
  let database: FreshDatabase;
  let host: Host;

  beforeAll(async () => {
    database = await freshDatabase();
    host = await startHost({ DATABASE_URL: database.url, AUTH_SECRET: 's'.repeat(32) });
  });
  afterAll(async () => {
    await host?.kill();
    await databaseServer.start();
    await database?.drop();
  });

  it('ends with 0 when it is told to stop: nothing of its own is left undone (fault 35)', async () => {
    await databaseServer.kill();
    await eventually(
      'the host has noticed',
      async () => (await fetch(`${host.url}/health/ready`)).status,
      (status) => status === 503,
    );
    expect({ code: await host.stop(), output: host.output().split('\n').slice(-8) }).toMatchObject({ code: 0 });
  });
});
