import { Body, Controller, Get, HttpCode, NotFoundException, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { CommandId } from '../http/command-id.js';
import { OperatorsOnly } from '../http/route-access.js';
import { AskContexts } from '../operations/ask-contexts.js';
import { circuitMessagesOf } from '../operations/circuit-messages.js';
import { operatorText, reason } from '../operations/operator-text.js';
import { CircuitMove, HostCircuits, type PolicyState } from '../policies/host-circuits.js';
import { HostPresence } from '../topology/host-presence.js';
import { isThere, type SeenHost } from '../topology/known-hosts.js';

const movePath = z.object({ name: operatorText, move: CircuitMove });
const why = z.object({ reason, host: operatorText.optional() });

/** A policy of one host. */
interface PolicyOfHost extends PolicyState {
  readonly host: { readonly id: string; readonly machine: string; readonly pid: number };
  /** How old what is shown is. */
  readonly lastSeenSeconds: number;
}

/**
 * The policies of all hosts: of this one as they are, of others as they announced them last, two seconds ago or less. A
 * circuit is moved on all hosts or on one; the context whose policy it is keeps who did it, and why. A host that starts
 * later, or again, begins with its circuits closed.
 */
@OperatorsOnly()
@Controller('actuator/circuitbreakers')
export class CircuitsController {
  constructor(
    private readonly circuits: HostCircuits,
    private readonly presence: HostPresence,
    private readonly ask: AskContexts,
  ) {}

  @Get()
  list(): { readonly items: readonly PolicyOfHost[] } {
    return { items: this.of(({ state }) => state !== 'stopped') };
  }

  /**
   * Answers with the hosts that have it and are there: others of them than this one have moved it within moments, which
   * the list shows. Whether a silent host hears of it nobody knows.
   */
  @Post(':name/:move')
  @HttpCode(202)
  async move(
    @Param({ schema: movePath }) { name, move }: z.output<typeof movePath>,
    @Body({ schema: why }) { reason: because, host }: z.output<typeof why>,
    @CommandId() commandId: string,
  ): Promise<{ readonly policy: string; readonly hosts: readonly string[] }> {
    const there = this.of(isThere).filter(
      (policy) =>
        policy.name === name && policy.breaker !== undefined && (host === undefined || policy.host.id === host),
    );
    const [{ context } = {}] = there;
    if (context === undefined)
      throw new NotFoundException(
        `there is no circuit breaker ${name} of a context on ${host === undefined ? 'any host' : `a host ${host}`} that is there`,
      );
    const { MoveCircuit } = circuitMessagesOf(this.ask.context(context));
    const at = host === undefined ? {} : { host };
    await this.ask.tell(new MoveCircuit({ policy: name, move, reason: because, ...at }), commandId);
    return { policy: name, hosts: there.map((policy) => policy.host.id) };
  }

  private of(hosts: (host: SeenHost) => boolean): readonly PolicyOfHost[] {
    const { self } = this.presence;
    return this.presence
      .all()
      .filter(hosts)
      .flatMap(({ id, machine, pid, lastSeenSeconds, policies = [] }) =>
        (id === self.id ? this.circuits.states() : policies).map((policy) => ({
          ...policy,
          host: { id, machine, pid },
          lastSeenSeconds,
        })),
      );
  }
}
