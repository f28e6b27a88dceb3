import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { Databases } from '@isolith/postgres';
import { embeddedEngine } from '../engine/embedded-engine.js';
import { diskSync } from './disk.js';

describe('FsyncNodeFS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'isolith-fsync-'));
  const synced: string[] = [];
  let failing = false;
  const sync = {
    ...diskSync,
    file: (fd: number, path: string): void => {
      if (failing) throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
      synced.push(path);
      diskSync.file(fd, path);
    },
    directory: (path: string): void => {
      synced.push(path);
      diskSync.directory(path);
    },
  };
  const begin = (): Databases =>
    new Databases({
      targetOf: () => ({ kind: 'pglite', dataDir: folder }),
      embedded: embeddedEngine({ diskSync: sync }),
    });
  const open = (databases: Databases): Promise<DataSource> =>
    databases.open({ context: 'orders', entities: [], migrations: [] });
  const logs = (): string[] => synced.filter((path) => path.includes('pg_wal'));
  let databases: Databases;
  let orders: DataSource;

  beforeAll(async () => {
    databases = begin();
    orders = await open(databases);
    await orders.query('CREATE TABLE orders.seen (id int PRIMARY KEY)');
  });
  beforeEach(() => {
    synced.length = 0;
  });
  afterAll(async () => {
    await databases.close();
    rmSync(folder, { recursive: true });
  });

  it('puts the log on disk once for each commit, before it is acknowledged', async () => {
    for (let id = 0; id < 5; id += 1) {
      await orders.transaction((manager) => manager.query('INSERT INTO orders.seen VALUES ($1)', [id]));
      expect(logs()).toHaveLength(id + 1);
    }
  });

  it('does not wait for the disk to read or to roll back', async () => {
    await orders.query('SELECT * FROM orders.seen');
    const doomed = orders.transaction(async (manager) => {
      await manager.query('INSERT INTO orders.seen VALUES (100)');
      throw new Error('no');
    });
    await expect(doomed).rejects.toThrow('no');
    expect(logs()).toEqual([]);
  });

  it('puts files and directories on disk at a checkpoint', async () => {
    await orders.query('INSERT INTO orders.seen VALUES (200)');
    await orders.query('CHECKPOINT');
    expect(synced.filter((path) => path.includes(join('postgres', 'base'))).length).toBeGreaterThan(0);
    expect(synced.every((path) => path.startsWith(folder))).toBe(true);
  });

  it('does not acknowledge a commit that the disk refused, and runs again after a restart', async () => {
    failing = true;
    const waiting: Promise<unknown>[] = [];
    const refused = orders.transaction((manager) => {
      waiting.push(orders.query('SELECT 1'), orders.query('INSERT INTO orders.seen VALUES (301)'));
      return manager.query('INSERT INTO orders.seen VALUES (300)');
    });
    await expect(refused).rejects.toThrow();
    for (const each of waiting) await expect(each).rejects.toThrow('has stopped and needs a restart');
    failing = false;
    const [health] = await databases.health();
    expect(health).toEqual({
      context: 'orders',
      ok: false,
      detail: expect.stringMatching(/PANIC: +could not fsync file .*I\/O error/),
    });
    await databases.close();
    databases = begin();
    orders = await open(databases);
    await expect(orders.query('SELECT id FROM orders.seen WHERE id >= 200 AND id <> 300')).resolves.toEqual([
      { id: 200 },
    ]);
  });
});
