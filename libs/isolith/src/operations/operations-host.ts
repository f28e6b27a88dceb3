import type { AnyContractClass } from '@isolith/contracts';
import { AggregateRegistry, ProjectionRegistry } from '@isolith/event-sourcing/nest';
import type { RelayStatus } from '@isolith/journal';
import { JournalHost } from '@isolith/journal/nest';
import { MessageRouter } from '@isolith/message-bus';
import { HostLifecycle, type HostParticipant } from '@isolith/message-bus/nest';
import { SagaStatus } from '@isolith/saga/nest';
import { Inject, Injectable, Optional } from '@nestjs/common';
import type { HostConfig } from '../config/host-config.js';
import { HOST_CONFIG } from '../config/tokens.js';
import { HostCircuits } from '../policies/host-circuits.js';
import { auditAnswers } from './audit-answers.js';
import { causeAnswers } from './cause-answers.js';
import { attentionAnswers } from './attention-answers.js';
import { circuitAnswers } from './circuit-answers.js';
import { eventAnswers } from './event-answers.js';
import { effectsAnswers } from './effects-answers.js';
import { parkedAnswers } from './parked-answers.js';
import { projectionAnswers } from './projection-answers.js';
import { sagaAnswers } from './saga-answers.js';
import { sendingAnswers } from './sending-answers.js';

/**
 * Lets every context of this host that has a database answer for its parked messages, sagas and projections, wherever
 * it is asked from.
 */
@Injectable()
export class OperationsHost implements HostParticipant {
  readonly name = 'operations';
  #asked: Promise<RelayStatus[]> | undefined;

  constructor(
    @Inject(HOST_CONFIG) private readonly config: HostConfig,
    readonly router: MessageRouter,
    readonly journals: JournalHost,
    private readonly circuits: HostCircuits,
    lifecycle: HostLifecycle,
    @Optional() private readonly sagas?: SagaStatus,
    @Optional() private readonly projections?: ProjectionRegistry,
    @Optional() private readonly aggregates?: AggregateRegistry,
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
        ...sagaAnswers(context, journal, this.sagas),
        ...parkedAnswers(context, parked),
        ...circuitAnswers(context, journal, (moved) => this.circuits.move(moved)),
        ...effectsAnswers(context, journal, this),
        ...auditAnswers(context, journal),
        ...causeAnswers(context, journal, this.sagas),
        ...eventAnswers(context, journal, { contracts: this.contractsOf(context), aggregates: this.aggregates }),
        ...attentionAnswers(context, { parked, relays: () => this.#relays(), sagas: this.sagas }),
        ...sendingAnswers(context, journal),
        ...projectionAnswers(context, journal, this.projections),
      ])
        this.router.handle(handler);
    }
    return [];
  }

  private contractsOf(context: string): readonly AnyContractClass[] {
    return this.config.application.contexts.find(({ name }) => name === context)?.contracts ?? [];
  }

  /** Asked by several contexts at once it is the same answer. */
  #relays(): Promise<RelayStatus[]> {
    this.#asked ??= this.journals.status().finally(() => {
      this.#asked = undefined;
    });
    return this.#asked;
  }
}
