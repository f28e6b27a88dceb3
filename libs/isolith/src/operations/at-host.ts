import { tellable } from '@isolith/contracts';
import type { Environment } from '../config/parse-config.js';
import { HostClient, NoAnswerError, RefusedByHostError } from './host-client.js';
import { operatorAccess } from './operator-access.js';

/** What a command line of operators is given. */
export interface OperateOptions {
  /** The words behind the verb. */
  readonly words: readonly string[];
  /** `OPERATOR_URL` and `OPERATOR_TOKEN`. */
  readonly env: Environment;
  /** One line for a human. */
  readonly say: (line: string) => void;
}

/** A command as it was read, or what was expected instead, in lines. */
export type Read<C> = { readonly command: C } | { readonly problem: readonly string[] };

/** What one command line does. */
interface Doing<C> {
  readonly read: (words: readonly string[]) => Read<C>;
  readonly run: (command: C, host: HostClient, tell: (line: string) => void) => Promise<0 | 1>;
  /** Told when no answer came to what may have been done. */
  readonly open?: (command: C) => string | undefined;
}

/**
 * Does by the actuator of a running host what its command line asks for: whoever holds the token is who did it.
 * @returns the exit code: 0 when it was done, 1 when not, or not known
 */
export async function atHost<C>({ words, env, say }: OperateOptions, { read, run, open }: Doing<C>): Promise<0 | 1> {
  const tell = (text: string): void => say(text.replaceAll(/\p{Cc}+/gu, ' '));
  const found = read(words);
  const access = operatorAccess(env);
  const problems = [...('problem' in found ? found.problem : []), ...('problems' in access ? access.problems : [])];
  for (const problem of problems) tell(problem);
  if ('problem' in found || 'problems' in access) return 1;
  try {
    return await run(found.command, new HostClient(access.url, access.token), tell);
  } catch (error) {
    if (!(error instanceof RefusedByHostError || error instanceof NoAnswerError)) throw error;
    tell(tellable(error).message);
    const unknown = error instanceof NoAnswerError ? open?.(found.command) : undefined;
    if (unknown !== undefined) tell(unknown);
    return 1;
  }
}

/** Says which contexts gave no answer. The exit code. */
export function toldOf(
  unreachable: readonly { readonly context: string; readonly reason: string }[],
  tell: (line: string) => void,
): 0 | 1 {
  for (const { context, reason } of unreachable) tell(`${context}: gave no answer: ${reason}`);
  return unreachable.length === 0 ? 0 : 1;
}
