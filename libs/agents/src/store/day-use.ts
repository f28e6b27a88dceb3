import { quoted } from '@isolith/postgres/internal';
import type { UnitOfWork } from '@isolith/journal';
import { z } from 'zod';
import type { Agent } from '../agent/agent.js';
import type { Amount } from '../budget/price.js';

/** Whose use is counted, and on which day: that of the attempt, by the database's clock. */
export interface UseOf {
  readonly agent: string;
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** In this order rows are locked everywhere, so that no two units wait for each other. */
const SCOPES = ['user-day', 'day'] as const;
type Scope = (typeof SCOPES)[number];

const useRow = z.object({ scope: z.enum(SCOPES), tokens: z.number(), money: z.number() });

/** What the runs of an agent use in a day, each user's and all, in the open unit. */
export class DayUse {
  private readonly table: string;

  constructor(
    schema: string,
    private readonly unit: Pick<UnitOfWork, 'query' | 'write'>,
  ) {
    this.table = `${quoted(schema)}.agent_use`;
  }

  /**
   * Reserves an amount with the open unit: it counts from the commit on. Returns the bound that it does not fit below,
   * and then reserves nothing.
   */
  async reserve(of: UseOf, amount: Amount, limits: Agent['limits']): Promise<string | undefined> {
    for (const scope of SCOPES)
      this.unit.write(
        `INSERT INTO ${this.table} (scope, agent, day, owner, tokens, money) VALUES ($1, $2, $3::date, $4, 0, 0) ON CONFLICT DO NOTHING`,
        keyOf(scope, of),
      );
    const day = dayOf(of);
    const used = await this.unit.query(
      useRow,
      `SELECT scope, tokens::float8, money::float8 FROM ${this.table}
       WHERE agent = $1 AND day = $2::date AND (scope, owner) IN (('user-day', $3), ('day', ''))
       ORDER BY scope DESC FOR UPDATE`,
      [of.agent, day, of.owner],
    );
    if (used.length !== SCOPES.length) return 'its use is not known';
    for (const { scope, tokens, money } of used) {
      const bound = boundsOf(scope, limits);
      const whose = scope === 'day' ? "everybody's day" : "the user's day";
      if (tokens + amount.tokens > bound.tokens) return `the tokens of ${whose} are used up`;
      if (money + amount.money > bound.money) return `the money of ${whose} is used up`;
    }
    this.add(of, amount);
    return undefined;
  }

  /** Puts what an attempt has used in the place of what it had reserved, on the day that it was reserved. */
  settle(of: UseOf, reserved: Amount, used: Amount): void {
    this.add(of, { tokens: used.tokens - reserved.tokens, money: used.money - reserved.money });
  }

  private add(of: UseOf, { tokens, money }: Amount): void {
    for (const scope of SCOPES)
      this.unit.write(
        `UPDATE ${this.table} SET tokens = tokens + $5, money = money + $6
         WHERE scope = $1 AND agent = $2 AND day = $3::date AND owner = $4`,
        [...keyOf(scope, of), tokens, money],
      );
  }
}

const dayOf = ({ atMs }: UseOf): string => new Date(atMs).toISOString().slice(0, 10);

const keyOf = (scope: Scope, of: UseOf): string[] => [scope, of.agent, dayOf(of), scope === 'day' ? '' : of.owner];

const boundsOf = (scope: Scope, limits: Agent['limits']): Amount =>
  scope === 'day'
    ? { tokens: limits.tokensPerDay, money: limits.moneyPerDay }
    : { tokens: limits.tokensPerUserDay, money: limits.moneyPerUserDay };
