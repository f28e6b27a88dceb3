import { expect, it } from '@jest/globals';
import { DatabaseRefusedError } from '../connections/errors.js';
import { installedEngine } from './installed-engine.js';

it('an engine that is not installed is refused with the target, the package and the other way', async () => {
  const refused = await installedEngine('memory://', '@isolith/not-installed').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DatabaseRefusedError);
  expect(refused).toMatchObject({
    message:
      'DATA_DIR: a database in memory needs the embedded engine, which is not installed: install the package @isolith/embedded, or name a PostgreSQL in DATABASE_URL',
  });
});

it('a package that is something else is no engine', async () => {
  await expect(installedEngine('memory://', 'pg')).rejects.toThrow('embeddedEngine');
});

it('the engine that is installed here opens', async () => {
  const source = await (await installedEngine('memory://')).openInMemory(() => undefined);
  try {
    const { client, giveBack } = await source.checkout();
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    giveBack();
  } finally {
    await source.close();
  }
});
