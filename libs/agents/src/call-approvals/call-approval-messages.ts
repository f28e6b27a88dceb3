import { type AnyContractClass, command, failure, query, signedIn } from '@isolith/contracts';
import { z } from 'zod';

/** Calls of one user that wait at once; more are refused. */
export const MOST_OPEN = 20;

const id = z.uuid();
const at = z.iso.datetime();
const status = z.enum(['open', 'approved', 'refused', 'used']);
/** JSON text: what tools take is told by their own contracts. */
const json = z.string().max(70_000);

/** Names a session, and can't be told from one. */
const session = z.string().min(1).max(100);

const call = {
  tool: z.string().max(64),
  title: z.string().max(200),
  inputJson: json,
  why: z.string().max(500),
  previewJson: json.optional(),
};

/** A call that waits for its user's decision. */
const openCall = z.object({ id, ...call, askedAt: at, until: at });
export type OpenCall = z.output<typeof openCall>;

/** What a context that keeps approvals of calls is told and asked, by people at the edge alone. */
function declare<const C extends string>(context: C) {
  const TooManyCalls = failure(`${context}.too-many-calls-to-approve`, {
    status: 429,
    kept: false,
    detail: `${MOST_OPEN} calls wait for your approval already: decide on those first`,
  });
  const CallNotFound = failure(`${context}.call-to-approve-not-found`, {
    data: z.object({ id: z.string() }),
    status: 404,
    detail: ({ id: which }) => `no call waits for the approval ${which}`,
  });
  const CallOver = failure(`${context}.call-to-approve-over`, {
    data: z.object({ id: z.string() }),
    status: 409,
    detail: 'this was decided already, or can no longer be',
  });

  const AskedHere = failure(`${context}.call-asked-for-here`, {
    status: 403,
    kept: false,
    detail: 'the session that has asked for a call does not agree to it: sign in anew, and decide there',
  });

  /** Asks the signed-in user for a call: what is known of this call is returned, else a new approval, which is open. */
  const AskForCall = command(`${context}.ask-for-call`, {
    input: z.object({ ...call, session, digest: z.string().max(100), isKeyed: z.boolean() }),
    output: z.object({ id, status, until: at }),
    failures: [TooManyCalls],
    access: [signedIn()],
  });
  /** Uses an own approval up, for the one call that it was given for. */
  const TakeCallApproval = command(`${context}.take-call-approval`, {
    input: z.object({ id }),
    output: z.object({ taken: z.boolean() }),
    access: [signedIn()],
  });
  /** Decides on an own call that waits, once, as a person who is signed in to a session that has not asked for it. */
  const DecideOnCall = command(`${context}.decide-on-call`, {
    input: z.object({ id, session, approved: z.boolean() }),
    failures: [CallNotFound, CallOver, AskedHere],
    access: [signedIn()],
  });
  /** The own calls that wait, the oldest first. */
  const ListCallsToApprove = query(`${context}.list-calls-to-approve`, {
    input: z.object({}),
    output: z.object({ items: z.array(openCall) }),
    access: [signedIn()],
  });
  return {
    AskForCall,
    TakeCallApproval,
    DecideOnCall,
    ListCallsToApprove,
    TooManyCalls,
    CallNotFound,
    CallOver,
    AskedHere,
  };
}

type Messages = ReturnType<typeof declare<string>>;
const declared = new Map<string, Messages>();

/** The same classes whenever a context is asked for; there are as many as the application has contexts. */
export function callApprovalMessagesOf(context: string): Messages {
  const known = declared.get(context) ?? declare(context);
  declared.set(context, known);
  return known;
}

/** For the descriptor of a context that keeps approvals: `contracts: [..., ...callApprovalContracts('assistant')]`. */
export const callApprovalContracts = (context: string): readonly AnyContractClass[] =>
  Object.values(callApprovalMessagesOf(context));
