import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { OperatorsOnly } from '../http/route-access.js';
import { AskContexts, type Unreachable } from '../operations/ask-contexts.js';
import { auditCursor, auditMessagesOf, type audited } from '../operations/audit-messages.js';
import { pagesOfContexts } from './pages-of-contexts.js';

const auditQuery = pagesOfContexts({}, auditCursor);

type Act = Omit<z.output<typeof audited>, 'subjectJson' | 'outcomeJson'> & {
  readonly context: string;
  readonly subject: unknown;
  readonly outcome: unknown;
};

/** What people did to every context past its contract, who and why. It is kept for ever. */
@OperatorsOnly()
@Controller('actuator/audit')
export class AuditController {
  constructor(private readonly ask: AskContexts) {}

  /** The newest first, `limit` of each context; those of one context go on behind `nextCursor`. */
  @Get()
  async list(
    @Query({ schema: auditQuery }) { context: only, limit, cursor }: z.output<typeof auditQuery>,
  ): Promise<{ items: Act[]; nextCursor?: string; unreachable: Unreachable[] }> {
    let next: string | undefined;
    const { items, unreachable } = await this.ask.all(
      this.ask.contexts(only),
      (context) => new (auditMessagesOf(context).ListAudit)({ limit, ...(cursor === undefined ? {} : { cursor }) }),
      ({ items: found, nextCursor }, context) => {
        if (only !== undefined) next = nextCursor;
        return found.map(({ subjectJson, outcomeJson, ...act }): Act => {
          return { context, ...act, subject: JSON.parse(subjectJson), outcome: JSON.parse(outcomeJson) };
        });
      },
    );
    return {
      items: items.toSorted((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0)),
      ...(next === undefined ? {} : { nextCursor: next }),
      unreachable,
    };
  }
}
