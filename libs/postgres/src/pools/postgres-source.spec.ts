import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { Databases } from '../databases/databases.js';

describe('a PostgreSQL that cannot be reached', () => {
  it('is an error that keeps the password to itself, and shows in health', async () => {
    // A port that was free a moment ago.
    const listener = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => listener.once('listening', resolve));
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const { port } = address;
    await new Promise((resolve) => listener.close(resolve));
    const databases = new Databases({
      targetOf: () => ({ kind: 'postgres', url: `postgres://shop:hunter2@127.0.0.1:${port}/shop`, poolSize: 2 }),
    });
    const refused = databases.open({ context: 'orders', entities: [], migrations: [] });
    await expect(refused).rejects.toThrow('ECONNREFUSED');
    await expect(refused).rejects.not.toThrow('hunter2');
    expect(await databases.health()).toEqual([
      { context: 'orders', ok: false, detail: expect.not.stringContaining('hunter2') },
    ]);
    await databases.close();
  });
});
