import { checkAccess, ContractViolationError, delegatePrincipal, nestsTooDeep, tellable } from '@isolith/contracts';
import { z } from 'zod';
import type { PolicyVerdict, ToolInput, WriteTool } from '../tools/tool.js';
import type { Asked, Judgement, RefusalType } from './judgement.js';

/** Characters of JSON. No command of a person is longer, and a model's is kept with the run. */
const LONGEST_INPUT = 65_536;

const verdictSchema = z.strictObject({ verdict: z.enum(['auto', 'approve', 'forbid']), why: z.string() });

/**
 * What becomes of a call that a model asks for. It runs only if all of this holds, and what does not is told in this
 * order:
 *
 *   there is a tool of exactly this name
 *   the user may send its message: as a delegate, so what contexts may do among themselves counts for nothing
 *   its input fits the contract, strictly
 *   a write was not called as often as it may be in one run
 *   a write's policy does not forbid it; one that throws or answers no verdict does
 *   a write's policy says that nobody has to be asked, and the run has read nothing that somebody else wrote;
 *     else somebody is asked
 *
 * Nothing that a model, a tool or a user has said counts: no text is looked at.
 */
export function govern(asked: Asked): Judgement {
  const { tool, toolUse, principal, untrusted, callsOfTool } = asked;
  if (tool === undefined || tool.name !== toolUse.name) return refused('unknown-tool', 'there is no tool of this name');
  const delegate = delegatePrincipal(principal.service, principal);
  const access = checkAccess(tool.message.contract.access, delegate);
  if (access !== 'granted' && access !== 'own') return refused('access', 'whom this run acts for may not do this');
  const read = readInput(asked);
  if ('verdict' in read) return read;
  const { input } = read;
  if (tool.kind === 'read') return { verdict: 'run', why: 'it changes nothing', input };
  if (!(callsOfTool < tool.mostPerRun))
    return refused('too-often', `it may be called ${tool.mostPerRun} times in one run, and was`);
  const { verdict, why } = verdictOf(tool, input, delegate);
  if (verdict === 'forbid') return refused('policy', why);
  if (verdict === 'approve') return { verdict: 'approve', why, input };
  return untrusted
    ? { verdict: 'approve', why: 'this run has read text that somebody else wrote', input }
    : { verdict: 'run', why, input };
}

const refused = (type: RefusalType, why: string): Judgement => ({ verdict: 'refuse', type, why });

function readInput({ tool, toolUse }: Asked): { readonly input: ToolInput } | Judgement {
  if (tool === undefined) return refused('unknown-tool', 'there is no tool of this name');
  const { input } = toolUse;
  try {
    if (nestsTooDeep(input) || (JSON.stringify(input) ?? '').length > LONGEST_INPUT)
      return refused('input', `the input is nested too deep, or has more than ${LONGEST_INPUT} characters`);
    return { input: tool.read(input) };
  } catch (error) {
    if (!(error instanceof ContractViolationError)) return refused('input', 'the input could not be read');
    return { verdict: 'refuse', type: 'input', why: 'the input does not fit', problems: error.problems };
  }
}

function verdictOf(tool: WriteTool, input: ToolInput, principal: Asked['principal']): PolicyVerdict {
  try {
    const said: unknown = tool.policy({ input, principal });
    const read = verdictSchema.safeParse(said);
    return read.success ? read.data : { verdict: 'forbid', why: `the policy of ${tool.name} gave no verdict` };
  } catch (error) {
    // Its message may hold what it judged; its kind is enough to find it.
    return { verdict: 'forbid', why: `the policy of ${tool.name} failed (${tellable(error).name})` };
  }
}
