import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { type JournalFeature, JournalHost, JournalModule } from '@isolith/journal/nest';
import { type DynamicModule, Module } from '@nestjs/common';
import { callApprovalHandlers } from '../call-approvals/call-approval-handlers.js';
import { CallApprovalRows } from '../call-approvals/call-approval-rows.js';
import { callApprovalMigrations } from '../call-approvals/create-call-approval.js';

/** Approvals of calls that belong to no run, as an MCP server asks for them, kept by a context. */
@Module({})
export class CallApprovalsModule {
  /**
   * For the module of the context that keeps them; its descriptor lists `callApprovalContracts(context)`. Adds a table
   * to the context's migrations.
   */
  static forFeature({ context, schema }: Pick<JournalFeature, 'context' | 'schema'>): DynamicModule {
    const kept = { context, schema, migrations: callApprovalMigrations };
    return {
      module: CallApprovalsModule,
      imports: [JournalModule.forFeature(kept)],
      providers: [
        {
          provide: CallApprovalRows,
          inject: [JournalHost, UnitOfWork, ContextDatabase],
          useFactory: (journals: JournalHost, unit: UnitOfWork, database: ContextDatabase) =>
            new CallApprovalRows(journals.register(kept).schema, unit, database),
        },
        ...callApprovalHandlers(context),
      ],
    };
  }
}
