import { HandlerError, NotDeliveredError, OutcomeUnknownError, UnlistedFailure } from '@isolith/contracts';
import type { Fault } from './fault.js';
import type { Delivery, SimulatedReceivers } from './receivers.js';

/** What is on its way from hosts to receivers, in one history. */
export class Deliveries {
  readonly #handed: Delivery[] = [];
  #late: Delivery[] = [];

  constructor(private readonly receivers: SimulatedReceivers) {}

  /** One delivery as this fault has it; resolves or rejects as its sender is answered. */
  async deliver(delivery: Delivery, fault: Fault | undefined): Promise<unknown> {
    switch (fault?.kind) {
      case 'not delivered':
        throw new NotDeliveredError('nobody is there');
      case 'answer lost':
      case 'crash':
        await this.#arrive(delivery).catch(() => undefined);
        throw new OutcomeUnknownError('the answer was lost');
      case 'answer and inbox lost':
        await this.#arrive(delivery).catch(() => undefined);
        this.receivers.forget(delivery.id);
        throw new OutcomeUnknownError('the answer was lost');
      case 'late':
      case 'crash, arrives late':
        this.#late.push(delivery);
        throw new OutcomeUnknownError('nobody answered in time');
      case 'error':
        this.#handed.push(delivery);
        throw new HandlerError('its handler broke');
      case 'busy':
        this.#handed.push(delivery);
        throw busy();
      case 'refused':
        return this.#arrive({ ...delivery, refusal: fault });
      case 'always':
        return this.#inVain(delivery, fault.how);
      default:
        return this.#arrive(delivery);
    }
  }

  async #inVain(delivery: Delivery, how: Extract<Fault, { kind: 'always' }>['how']): Promise<unknown> {
    switch (how) {
      case 'away':
        throw new NotDeliveredError('nobody is there');
      case 'error':
        this.#handed.push(delivery);
        throw new HandlerError('its handler is broken');
      case 'busy':
        this.#late.push(delivery);
        throw busy();
      case 'refused':
        return this.#arrive({ ...delivery, refusal: REFUSAL });
    }
  }

  async #arrive(delivery: Delivery): Promise<unknown> {
    this.#handed.push(delivery);
    try {
      return await this.receivers.receive(delivery);
    } finally {
      const { revokes } = delivery;
      if (revokes !== undefined) await this.#arriveLate(({ id }) => id === revokes);
    }
  }

  async #arriveLate(which: (delivery: Delivery) => boolean): Promise<void> {
    const arriving = this.#late.filter(which);
    this.#late = this.#late.filter((delivery) => !which(delivery));
    for (const delivery of arriving) {
      this.#handed.push(delivery);
      await this.receivers.receive(delivery).catch(() => undefined);
    }
  }

  /** When all is over whatever is still on its way arrives, and then everything once more. */
  async arriveAgain(): Promise<void> {
    await this.#arriveLate(() => true);
    for (const delivery of this.#handed) await this.receivers.receive(delivery).catch(() => undefined);
  }
}

const REFUSAL = { failure: 'trial.refused', left: false } as const;
const busy = (): Error => new UnlistedFailure('trial.busy', 'not now', 503, true);
