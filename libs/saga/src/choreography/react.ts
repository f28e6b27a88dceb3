import { tellable } from '@isolith/contracts';
import { derivedId, FinalRefusalError, noteStep, withOptions } from '@isolith/message-bus';
import type { Command } from '@nestjs/cqrs';
import type { Execute } from '../definition/step.js';
import { outcomeOfError } from '../instance/outcome.js';
import type { Choreography } from './choreography.js';
import type { Reaction, CommandRefusal } from './reaction.js';
import type { Refusals } from './refusals.js';

/** One event as a choreography is told of it. */
export interface Happened {
  readonly event: object;
  readonly eventId: string;
}

/** What a choreography works with. */
export interface ReactParts {
  readonly execute: Execute;
  readonly refusals: Refusals;
}

/**
 * Runs the reactions to one event in their order, each command after the answer to the one before:
 *
 *   asking --answered--> the next one; after the last: done
 *     |--refused for good--> as the reaction says: ignored, answered by another command, or parked
 *     '--an outage, a defect--> rejected, and the event comes again: what was answered is asked again with the same id and has no second effect
 *
 * How many commands answer an event is known only as they are made, so each answer is a step for the watchdog.
 * Nothing is written until all of it is answered, so whoever dies on the way leaves the event where it was.
 * @throws {FinalRefusalError} for a refusal that nobody answers
 */
export async function react({ name, reactions }: Choreography, happened: Happened, parts: ReactParts): Promise<void> {
  const { event, eventId } = happened;
  for (const reaction of reactions) {
    if (!(event instanceof reaction.event)) continue;
    for (const [index, command] of reaction.commands(event, { eventId }).entries())
      await carryOut(new Asking(name, eventId, parts), reaction, event, `${reaction.name}/${index}`, command);
  }
}

async function carryOut(
  asking: Asking,
  reaction: Reaction,
  event: object,
  what: string,
  command: Command<unknown>,
): Promise<void> {
  if (reaction.refused === 'parked') return asking.insist(what, command);
  const refusal = await asking.ask(what, command);
  if (refusal === undefined || reaction.refused === 'ignored') return;
  const { eventId } = asking;
  for (const [index, answer] of reaction.answers(event, refusal, { eventId }).entries())
    await asking.insist(`${what}/refused/${index}`, answer);
}

/** Sends the commands of one event. Their ids derive from choreography, event, reaction and place in its list. */
class Asking {
  constructor(
    private readonly choreography: string,
    readonly eventId: string,
    private readonly parts: ReactParts,
  ) {}

  /** Why it was refused for good; undefined when it is done. Rejects with what is no answer. */
  async ask(what: string, command: Command<unknown>): Promise<CommandRefusal | undefined> {
    const id = derivedId(`${this.choreography}:${this.eventId}`, what);
    try {
      await this.parts.execute(withOptions(command, { id, byId: true }));
      noteStep();
      return undefined;
    } catch (thrown) {
      const outcome = outcomeOfError(tellable(thrown), true);
      if (outcome.kind !== 'refused') throw thrown;
      noteStep();
      const { failure, type, detail } = outcome;
      return { failure, type, detail };
    }
  }

  /**
   * Asks until it is done. A refusal is the outcome of its id for ever, so whoever replays the event has to ask under
   * another one: refusals are counted, and a refusal that was counted before leads on to the id after it.
   */
  async insist(what: string, command: Command<unknown>): Promise<void> {
    const of = { choreography: this.choreography, eventId: this.eventId, command: what };
    for (let refusals = 0; ;) {
      const refusal = await this.ask(refusals === 0 ? what : `${what}#${refusals}`, command);
      if (refusal === undefined) return;
      const counted = await this.parts.refusals.count(of);
      if (counted <= refusals) {
        await this.parts.refusals.record(of, refusals + 1);
        throw new FinalRefusalError(refusal.failure, `${command.constructor.name} was refused: ${refusal.detail}`);
      }
      refusals = counted;
    }
  }
}
