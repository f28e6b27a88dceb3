import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Notices } from '../infra/notices.js';
import { AlertAdmins } from '../notifications.contract.js';

/** They find it in their list; it goes out over no channel. */
@CommandHandler(AlertAdmins)
export class AlertAdminsHandler implements ICommandHandler<AlertAdmins> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly notices: Notices,
  ) {}

  execute({ noticeId: id, kind, text }: AlertAdmins): Promise<void> {
    return this.unit.run(async () => this.notices.insertUnsent({ id, to: { role: 'admin' }, kind, text }));
  }
}
