import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureCluster } from './new-cluster.js';

describe('ensureCluster', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'isolith-cluster-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('clears what an interrupted creation left, creates the files once, and touches nothing else', async () => {
    mkdirSync(join(folder, 'postgres.new-abc'));
    writeFileSync(join(folder, 'postgres.new-abc', 'PG_VERSION'), '18');
    writeFileSync(join(folder, 'secret'), 'mine');
    const lines: string[] = [];
    const cluster = await ensureCluster(folder, (line) => lines.push(line));
    expect(readdirSync(folder).toSorted()).toEqual(['postgres', 'secret']);
    await expect(ensureCluster(folder, (line) => lines.push(line))).resolves.toBe(cluster);
    expect(lines).toEqual([`creating the embedded database in ${folder}`]);
  });

  it('refuses a folder in its place that is no database', async () => {
    mkdirSync(join(folder, 'postgres'));
    writeFileSync(join(folder, 'postgres', 'holiday.jpg'), '');
    await expect(ensureCluster(folder, () => undefined)).rejects.toThrow(
      `${join(folder, 'postgres')} is there but holds no database`,
    );
  });
});
