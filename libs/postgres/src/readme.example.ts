import { Databases } from '@isolith/postgres';
import type { QueryRunner } from 'typeorm';

class CreateParcel {
  readonly name = 'CreateParcel1700000000001';
  async up(runner: QueryRunner) {
    await runner.query('CREATE TABLE parcel (id text PRIMARY KEY, weight integer NOT NULL)');
  }
  async down(runner: QueryRunner) {
    await runner.query('DROP TABLE parcel');
  }
}

/** Two modules of one program, each with its own tables, in one database and on one pool. */
export async function weigh(url = process.env['DATABASE_URL']) {
  const databases = new Databases({
    targetOf: () =>
      url === undefined
        ? { kind: 'pglite', dataDir: 'memory://' }
        : { kind: 'postgres', url, poolSize: 10, variable: 'DATABASE_URL' },
  });
  try {
    const [inbound, outbound] = await Promise.all(
      ['inbound', 'outbound'].map((context) => databases.open({ context, entities: [], migrations: [CreateParcel] })),
    );
    await inbound?.query(`INSERT INTO inbound.parcel VALUES ('a', 3)`);
    await outbound?.query(`INSERT INTO outbound.parcel SELECT 'b', 4`);
    return { health: await databases.health(), parcels: await inbound?.query('SELECT id, weight FROM inbound.parcel') };
  } finally {
    await databases.close();
  }
}
