import { JournalHost } from '@isolith/journal/nest';
import { MessageRouter } from '@isolith/message-bus';
import { HostLifecycle, type HostParticipant } from '@isolith/message-bus/nest';
import { SagaStatus } from '@isolith/saga/nest';
import { Inject, Injectable, Optional } from '@nestjs/common';
import type { HostConfig } from '../config/host-config.js';
import { HOST_CONFIG } from '../host/tokens.js';
import { effectsAnswers } from './effects-answers.js';
import { parkedAnswers } from './parked-answers.js';
import { sagaAnswers } from './saga-answers.js';

/** Lets every context of this host that has a database answer for its parked messages and sagas, wherever it is asked from. */
@Injectable()
export class OperationsHost implements HostParticipant {
  readonly name = 'operations';

  constructor(
    @Inject(HOST_CONFIG) private readonly config: HostConfig,
    readonly router: MessageRouter,
    readonly journals: JournalHost,
    lifecycle: HostLifecycle,
    @Optional() private readonly sagas?: SagaStatus,
  ) {
    lifecycle.join(this);
  }

  /** By now every module has stated what it has; nothing listens yet. */
  verify(): readonly string[] {
    for (const context of this.config.placement.here) {
      const parked = this.journals.parked(context);
      const journal = this.journals.journal(context);
      if (parked === undefined || journal === undefined) continue;
      for (const handler of [
        ...sagaAnswers(context, this.sagas),
        ...parkedAnswers(context, parked),
        ...effectsAnswers(context, journal, this),
      ])
        this.router.handle(handler);
    }
    return [];
  }
}
