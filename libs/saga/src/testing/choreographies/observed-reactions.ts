import type { Command } from '@nestjs/cqrs';
import type { Choreography } from '../../choreography/choreography.js';
import type { Reaction } from '../../choreography/reaction.js';
import type { CommandName } from './happening.js';

/** Is told which commands the choreography's own code makes. */
export interface ReactionObserver {
  readonly made: (reaction: string, after: CommandName | undefined, commands: ReadonlyMap<object, CommandName>) => void;
  /** Which command was refused, as an answer to that is asked for. */
  readonly refused: () => CommandName;
}

/** The same choreography, watched: whatever runs it, what a command is for is known from the reaction that made it. */
export const observedChoreography = (choreography: Choreography, observer: ReactionObserver): Choreography => ({
  ...choreography,
  reactions: choreography.reactions.map((reaction) => observed(reaction, observer)),
});

const observed = (reaction: Reaction, { made, refused }: ReactionObserver): Reaction => ({
  ...reaction,
  commands: (event, cause) => {
    const commands = reaction.commands(event, cause);
    made(reaction.name, undefined, named(commands, reaction.name));
    return commands;
  },
  answers: (event, refusal, cause) => {
    const of = refused();
    const commands = reaction.answers(event, refusal, cause);
    made(reaction.name, of, named(commands, `${of} refused`));
    return commands;
  },
});

const named = (commands: readonly Command<unknown>[], of: string): ReadonlyMap<object, CommandName> =>
  new Map(commands.map((command, index) => [command, `${of}/${index}`]));
