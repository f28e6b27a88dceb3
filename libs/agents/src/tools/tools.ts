import { isContractClass, type AnyQueryClass } from '@isolith/contracts';
import { declaredTool } from './declared/declared-tool.js';
import type { ReadSpec, WriteSpec } from './entries.js';
import type { Tool } from './tool.js';

/** Tools were declared that could not keep their promises. Thrown while a module is loaded, with all that is wrong. */
export class ToolDeclarationError extends Error {
  override readonly name = 'ToolDeclarationError';

  constructor(readonly problems: readonly string[]) {
    super(`tools that can't be: ${problems.join('; ')}`);
  }
}

/** What of an application a model may use: nothing that is not listed is a tool. */
export interface ToolList {
  readonly read?: readonly (AnyQueryClass | ReadSpec)[];
  readonly write?: readonly WriteSpec[];
}

/**
 * Contracts as tools: `tools({ read: [GetOrder, trusted(GetPrice)], write: [write(CancelOrder, { policy })] })`. Throws
 * ToolDeclarationError with all problems at once: a query under write or a command under read, an event, a contract
 * that no user may ever send, one that needs something personal which a model would have to know, two of one name.
 */
export function tools({ read = [], write = [] }: ToolList): readonly Tool[] {
  const declared = [
    ...read.map((entry) => declaredTool('read', isContractClass(entry) ? { message: entry } : entry)),
    ...write.map((entry) => declaredTool('write', entry)),
  ];
  const names = declared.map(({ name }) => name);
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  const problems = [
    ...declared.flatMap(({ problems: found }) => found),
    ...[...twice].map((name) => `${name} is declared twice`),
  ];
  if (problems.length > 0) throw new ToolDeclarationError(problems);
  return declared.flatMap(({ tool }) => tool ?? []);
}

/** The tool of exactly this name: one that only looks like it is none. */
export const toolNamed = (all: readonly Tool[], name: string): Tool | undefined =>
  all.find((tool) => tool.name === name);
