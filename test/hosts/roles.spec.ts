import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { freshVhost, type FreshVhost } from '../support/broker.js';
import { Client, newCustomer, signIn } from '../support/client.js';
import { databaseRoles, type DatabaseRoles } from '../support/database-roles.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { startFleet, type Fleet, type FleetOptions } from '../support/fleet.js';
import { eachItsOwn, oneProcess } from '../support/placements.js';
import { repairShop } from '../support/repair.js';
import { acceptedOrder, ADMIN, getOrder, newProduct, untilStatus } from '../support/shop.js';

let database: FreshDatabase;
let vhost: FreshVhost;
let roles: DatabaseRoles;
beforeAll(async () => {
  [database, vhost] = await Promise.all([freshDatabase(), freshVhost()]);
  roles = databaseRoles(database);
});
afterAll(async () => {
  await vhost?.drop();
  await roles?.drop();
  await database?.drop();
});

/** One for both placements, so that whoever was signed in stays it. */
const AUTH_SECRET = 's'.repeat(40);
const start = (options: Omit<FleetOptions, 'transportUrl'>): Promise<Fleet> =>
  startFleet({ ...options, transportUrl: vhost.url, environment: { AUTH_SECRET } });

const health = z.object({ details: z.object({ databases: z.object({ roles: z.array(z.string()).default([]) }) }) });

/** What hosts say of their roles: in the log, in health, to an admin. */
async function saidOfRoles({ hosts }: Fleet, admin: Client) {
  const ready = await Promise.all(hosts.map(async ({ url }) => (await new Client(url).get('/health/ready')).body));
  return {
    lines: hosts
      .flatMap((host) => host.output().split('\n'))
      .filter((line) => line.includes('"warn"') && line.includes('the role ')),
    health: ready.flatMap((body) => health.parse(body).details.databases.roles),
    topology: (await admin.get('/actuator/topology')).body,
  };
}

describe('a shop whose contexts had one role', () => {
  it('says so, gets a role for each by a command, and goes on with them, one host a context (fault 28)', async () => {
    const one = await start({ placement: oneProcess, databaseUrl: database.url });
    const admin = await signIn(one.url, ADMIN.email, ADMIN.password);
    const customer = await newCustomer(one.url);
    const sku = await newProduct({ admin }, 10);
    const before = await acceptedOrder(customer, sku);
    await untilStatus(customer, before, 'confirmed');
    const said = await saidOfRoles(one, admin);
    expect(said.lines).toEqual([expect.stringMatching(/DATABASE_URL: the role .* of users, .* is a superuser/)]);
    expect(said.health).toEqual([expect.stringMatching(/^the role of .*orders.* may do more than its context needs$/)]);
    expect(said.topology).toMatchObject({ roles: [{ contexts: expect.arrayContaining(['users', 'orders']) }] });
    await one.stop();

    expect(await roles.make()).toMatchObject({ code: 1, said: expect.stringContaining('--apply') });
    expect(await roles.make('--apply')).toMatchObject({ code: 0 });
    expect(await roles.make()).toEqual({ code: 0, said: 'nothing is to be done\n' });

    // No host is told another's role, nor the administrator's.
    const split = await start({
      placement: eachItsOwn,
      environmentOf: (place) => roles.environmentOf(eachItsOwn.hosts[place] ?? []),
    });
    const again = new Client(split.url, customer.token, customer.userId);
    const operator = new Client(split.url, admin.token, admin.userId);
    expect((await getOrder(again, before)).status).toBe('confirmed');
    for (const id of await Promise.all([1, 2, 3].map(() => acceptedOrder(again, sku))))
      await untilStatus(again, id, 'confirmed');
    const parked = await operator.get('/actuator/parked');
    expect(parked).toMatchObject({ status: 200, body: { items: [] } });
    const after = await saidOfRoles(split, operator);
    expect([after.lines, after.health]).toEqual([[], []]);
    expect(await repairShop(roles.environment)).toEqual({ code: 0, said: 'nothing is wrong\n' });
    await split.stop();
  });
});
