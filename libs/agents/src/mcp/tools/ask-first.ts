import { digestOf } from '@isolith/journal/internal';
import { derivedId } from '@isolith/message-bus';
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { CallApprovals } from '../../call-approvals/call-approvals.js';
import { sessionName } from '../../call-approvals/call-approvals.js';
import { refused, resultOf } from './answers.js';
import type { GovernedCall, ToolSender } from './governed-call.js';

interface Deciders {
  readonly sender: ToolSender;
  readonly approvals: CallApprovals;
  readonly decideAt: (approval: string) => string;
}

interface Unapproved {
  readonly call: GovernedCall;
  readonly owner: string;
  readonly session: string;
  readonly why: string;
  readonly key: string | undefined;
}

/**
 * What becomes of a call that its owner has to agree to: it is made, under an id that is made once, or not, with an
 * answer that says why.
 *
 *   open      nothing is done; the answer says what would be, and where to decide
 *   refused   nothing is done, for as long as the approval's time has not come
 *   approved  it is taken, which one call can; that one is made
 *   used      of a call with a key: it is made again under the id of the first, so it is answered as that was
 *
 * It is taken before the call is made: what its owner has agreed to once does not happen twice. A host that dies in
 * between has used it up, and its owner is asked again.
 */
export async function askFirst(
  { sender, approvals, decideAt }: Deciders,
  { call, owner, session, why, key }: Unapproved,
): Promise<{ readonly call: GovernedCall } | { readonly answer: CallToolResult }> {
  const { tool, input } = call;
  const seen = await sender.preview(call);
  // What can't be looked at is not asked about: the call itself would come to the same.
  if (seen !== undefined && seen.outcome !== 'done') return { answer: resultOf(seen, false) };
  const preview = seen?.output;
  const { id, status, until } = await approvals.ask({
    owner,
    session: sessionName(session),
    tool: tool.name,
    title: tool.title,
    input,
    digest: derivedId('call to approve', JSON.stringify([digestOf(tool.message.contract, input), key ?? null])),
    isKeyed: key !== undefined,
    why,
    ...(preview === undefined ? {} : { preview }),
  });
  const approval = { id, until, why, decideAt: decideAt(id), ...(preview === undefined ? {} : { preview }) };
  if (status === 'open') {
    const detail = `Nothing was done: the user has to agree first, at ${approval.decideAt}. Then call again with the same arguments.`;
    return { answer: refused('approval-required', detail, { approval }) };
  }
  if (status === 'refused')
    return {
      answer: refused('approval-refused', 'Nothing was done: the user has refused.', { approval }),
    };
  if (status === 'approved' && !(await approvals.take(id, owner)))
    return {
      answer: refused('approval-over', 'Another call uses this approval, or its time is over.'),
    };
  return { call: key === undefined ? { ...call, id: derivedId('approved call', id) } : call };
}
