import type { MessageRouter } from '@isolith/message-bus';
import type { HostLifecycle, HostParticipant } from '@isolith/message-bus/nest';
import type { Application } from '../context/application.js';

/** Every command and query says who may send it; the start is refused with all that do not. */
export class DeclaredAccess implements HostParticipant {
  readonly name = 'access';
  /** What is handled here is known after the bus. */
  readonly stage = 'application';

  constructor(
    private readonly application: Application,
    private readonly router: Pick<MessageRouter, 'requests'>,
    lifecycle: HostLifecycle,
  ) {
    lifecycle.join(this);
  }

  /** Of those that a context lists, here or elsewhere, and of those that it only handles. */
  verify(): readonly string[] {
    const listed = this.application.contexts.flatMap(({ contracts }) => contracts);
    const handled = this.router.requests().map(({ message }) => message);
    return [...new Set([...listed, ...handled])].flatMap(({ contract }) =>
      'declaresAccess' in contract && !contract.declaresAccess
        ? [
            `${contract.kind} ${contract.name} does not say who may send it: access: [signedIn()], [role('…')], [service('…')] or [anyone()]`,
          ]
        : [],
    );
  }
}
