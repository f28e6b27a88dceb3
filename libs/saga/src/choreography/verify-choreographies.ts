import { isContractClass, parseName, tellable, type EventContract, type RequestContract } from '@isolith/contracts';
import type { Choreography } from './choreography.js';
import type { Reaction } from './reaction.js';

/** A contract by its name and its owner. */
type Addressed = Pick<RequestContract | EventContract, 'name' | 'context'>;

/** What a host knows of the messages of contexts. Undefined: it can't tell. */
export interface KnownMessages {
  /** Whether the context of the command has it. */
  hasCommand(command: Addressed): boolean | undefined;
  /** Whether the context of the event has it. */
  hasEvent(event: Addressed): boolean | undefined;
}

const REACTION_NAME = /^[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*$/;

/** Everything that is wrong with the choreographies of a context, as sentences; empty when they can run. */
export function choreographyViolations(
  context: string,
  choreographies: readonly Choreography[],
  known: KnownMessages,
): readonly string[] {
  const twice = duplicates(choreographies.map(({ name }) => name)).map(
    (name) => `choreography ${name} is declared twice`,
  );
  return [
    ...twice,
    ...choreographies.flatMap((one) =>
      [...new Set(violationsOf(context, one, known))].map((problem) => `choreography ${one.name}: ${problem}`),
    ),
  ];
}

function violationsOf(context: string, { name, reactions }: Choreography, known: KnownMessages): readonly string[] {
  return [
    ...nameProblems(context, name),
    ...(reactions.length === 0 ? ['it has no reactions'] : []),
    ...duplicates(reactions.map((reaction) => reaction.name)).map((reaction) => `two reactions are called ${reaction}`),
    ...reactions.flatMap((reaction) => reactionProblems(reaction, known)),
  ];
}

function nameProblems(context: string, name: string): readonly string[] {
  try {
    const owner = parseName(name).context;
    return owner === context ? [] : [`its name begins with ${owner}, but it is declared in ${context}`];
  } catch (error) {
    return [tellable(error).message];
  }
}

function reactionProblems({ name, event, send, refused }: Reaction, known: KnownMessages): readonly string[] {
  const where = `reaction ${name}`;
  const commands = [send, ...(typeof refused === 'string' ? [] : [refused])];
  return [
    ...(REACTION_NAME.test(name) ? [] : [`reaction "${name}": a reaction's name is lower-case-with-dashes`]),
    ...(isContractClass(event) && event.contract.kind === 'event'
      ? known.hasEvent(event.contract) === false
        ? [`${where} waits for ${event.contract.name}, which ${event.contract.context} does not have`]
        : []
      : [`${where} waits for something that is no event with a contract`]),
    ...commands.flatMap((command) => commandProblems(where, command, known)),
  ];
}

function commandProblems(where: string, command: Reaction['send'], known: KnownMessages): readonly string[] {
  if (!isContractClass(command) || command.contract.kind !== 'command')
    return [`${where} sends something that is no command with a contract`];
  const { name, context } = command.contract;
  return known.hasCommand(command.contract) === false ? [`${where} sends ${name}, which ${context} does not have`] : [];
}

const duplicates = (names: readonly string[]): readonly string[] => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
];
