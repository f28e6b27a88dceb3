import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { z } from 'zod';
import type { TestContext } from './open-test-context.js';

const waitingRow = z.tuple([z.object({ waiting: z.int() })]);

/**
 * Another session in a transaction of its own: what a process does that has not come to its COMMIT. On a server only.
 */
export class SecondSession {
  private constructor(
    private readonly runner: QueryRunner,
    private readonly context: TestContext,
  ) {}

  static async begin(context: TestContext): Promise<SecondSession> {
    const runner = (await context.journal.dataSource()).createQueryRunner();
    await runner.query('BEGIN');
    return new SecondSession(runner, context);
  }

  async execute({ text, values }: { readonly text: string; readonly values: readonly unknown[] }): Promise<void> {
    await this.runner.query(text, [...values]);
  }

  /** Resolves when somebody waits for a lock. */
  async isWaitedFor(): Promise<void> {
    const dataSource = await this.context.journal.dataSource();
    const select =
      "SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while (waitingRow.parse(await dataSource.query(select))[0].waiting === 0) await sleep(5);
  }

  async end(how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    await this.runner.query(how);
    await this.runner.release();
  }
}
