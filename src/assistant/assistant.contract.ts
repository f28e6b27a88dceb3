import { command, failure, owner, page, personal, query, signedIn } from '@isolith/contracts';
import { z } from 'zod';

const conversationId = z.uuid();
const approvalId = z.uuid();
const at = z.iso.datetime();
const turn = z.int().min(1);
/** Of a call among those of its turn. */
const index = z.int().min(0);
const tool = z.string().max(200);

/** Whom one talks to: about products and the own orders, or, as support, about what is stuck in the shop. */
export const AssistantName = z.enum(['shopping', 'triage']);
export type AssistantName = z.output<typeof AssistantName>;

/** `moving`: the assistant is at it; `waiting`: its user has to decide; `resting`: until its user says something. */
export const ConversationStatus = z.enum(['moving', 'waiting', 'resting']);
export type ConversationStatus = z.output<typeof ConversationStatus>;

/** Why it rests: it was answered, or what it ran out of, or what came in between. */
export const ConversationEnd = z.enum(['answered', 'turns', 'time', 'budget', 'length', 'refused', 'model', 'stopped']);

const end = z.object({ why: ConversationEnd, detail: z.string().optional() });

// As PLAIN and LINE of the contracts: each character is looked at once. Lines may end as they do anywhere.
const SAID = new RegExp(String.raw`^[\t\n\r \xa0]*[^\x00-\x20\x7f-\xa0][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$`);
/**
 * What somebody says to an assistant. It may be about anybody, so it counts as personal: it is kept in the
 * conversation, shown to its owner and told to the model, and is in no event, reply or log.
 */
export const Said = personal(
  z.string().min(1).max(4_000).regex(SAID, 'must not be blank nor hold control characters other than ends of lines'),
);

/** Beside a decision, for the assistant and for whoever reads the conversation later. */
export const Note = personal(z.string().min(1).max(500).regex(SAID, 'must not be blank nor hold control characters'));

/** A call that waits for its user's decision. */
export const Approval = z.object({
  id: approvalId,
  tool,
  title: z.string(),
  /** JSON, as the model wrote it and the contract took it. */
  inputJson: personal(z.string()),
  why: z.string(),
  /** JSON: what the call would do, where that can be said beforehand. */
  previewJson: personal(z.string()).optional(),
  /** Afterwards it counts as refused. */
  until: at,
});
export type Approval = z.output<typeof Approval>;

export const Conversation = z.object({
  id: conversationId,
  assistant: AssistantName,
  status: ConversationStatus,
  end: end.optional(),
  /** Of its last entry. */
  seq: z.int().min(0),
  beganAt: at,
  changedAt: at,
  turns: z.int().min(0),
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  /** Millionths of the currency of the model's prices, with what is reserved. */
  costMicros: z.int().min(0),
  approvals: z.array(Approval),
});
export type Conversation = z.output<typeof Conversation>;

const entry = <const K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.object({ seq: z.int().min(1), at, kind: z.literal(kind), ...shape });

/** What happened in a conversation, in order; `seq` counts from 1 in each. */
export const Entry = z.discriminatedUnion('kind', [
  entry('said', { text: personal(z.string()) }),
  entry('asked', { turn, attempt: turn }),
  entry('unanswered', { turn, attempt: turn }),
  /** The model answered: what it says, and the calls that it asks for, in their order. */
  entry('answered', {
    turn,
    text: personal(z.string()),
    calls: z.array(z.object({ tool, inputJson: personal(z.string()) })),
    inputTokens: z.int().min(0),
    outputTokens: z.int().min(0),
    costMicros: z.int().min(0),
  }),
  entry('judged', {
    turn,
    index,
    tool,
    verdict: z.enum(['run', 'approve', 'refuse']),
    why: z.string(),
    approvalId: approvalId.optional(),
    previewJson: personal(z.string()).optional(),
  }),
  entry('decided', { turn, index, approved: z.boolean(), note: personal(z.string()).optional() }),
  entry('called', {
    turn,
    index,
    tool,
    outcome: z.enum(['done', 'failed', 'unknown', 'refused', 'stopped']),
    contentJson: personal(z.string()),
  }),
  entry('ended', { why: ConversationEnd, detail: z.string().optional() }),
]);
export type Entry = z.output<typeof Entry>;

export class ConversationNotFound extends failure('assistant.conversation-not-found', {
  data: z.object({ conversationId: z.string() }),
  status: 404,
  detail: ({ conversationId: id }) => `there is no conversation ${id}`,
}) {}

export class ApprovalNotFound extends failure('assistant.approval-not-found', {
  data: z.object({ approvalId: z.string() }),
  status: 404,
  detail: ({ approvalId: id }) => `nothing waits for the approval ${id}`,
}) {}

/** It was decided on, or nobody did in time, or the conversation was stopped. */
export class ApprovalOver extends failure('assistant.approval-over', {
  data: z.object({ approvalId: z.string() }),
  status: 409,
  detail: 'this was decided already, or can no longer be',
}) {}

/** A cursor that this list did not give. */
export class InvalidCursor extends failure('assistant.invalid-cursor', {
  data: z.object({ pointer: z.literal('/cursor') }),
  status: 400,
  detail: 'cursor is none that a list of conversations gave out',
}) {}

/** Begins a conversation of the signed-in user. `triage` is for support and admins. */
export class BeginConversation extends command('assistant.begin-conversation', {
  input: z.object({ assistant: AssistantName }),
  output: z.object({ conversationId }),
  access: [signedIn()],
}) {}

/**
 * Says something in an own conversation; the assistant answers after this has returned. What is said while it is at an
 * answer it takes in with its next turn. `seq` is that of the entry.
 */
export class Say extends command('assistant.say', {
  input: z.object({ conversationId, text: Said }),
  output: z.object({ seq: z.int().min(1) }),
  failures: [ConversationNotFound],
  access: [owner()],
}) {}

/** Stops what the assistant is at in an own conversation, which rests then; repeating is harmless. */
export class StopConversation extends command('assistant.stop-conversation', {
  input: z.object({ conversationId }),
  failures: [ConversationNotFound],
  access: [owner()],
}) {}

/**
 * Decides on a call that waits in an own conversation: once, and as a person who is signed in. An assistant that speaks
 * for its user is refused.
 */
export class DecideApproval extends command('assistant.decide-approval', {
  input: z.object({ conversationId, approvalId, approved: z.boolean(), note: Note.optional() }),
  failures: [ConversationNotFound, ApprovalNotFound, ApprovalOver],
  access: [owner()],
}) {}

/** An own conversation; another's is ConversationNotFound. */
export class GetConversation extends query('assistant.get-conversation', {
  input: z.object({ conversationId }),
  output: Conversation,
  failures: [ConversationNotFound],
  access: [owner()],
}) {}

/** The own conversations, the one that changed last first. */
export class ListConversations extends query('assistant.list-conversations', {
  input: z.object({ limit: z.int().min(1).max(100), cursor: z.string().max(200).optional() }),
  output: page(Conversation),
  failures: [InvalidCursor],
  access: [owner()],
}) {}

/** The longest that ListEntries waits for an entry, in milliseconds. */
export const LONGEST_ENTRY_WAIT_MS = 2_000;

/**
 * What happened in an own conversation after the entry `after`, in order. Where that is nothing yet, it waits for it up
 * to `waitMs`, as long as not too many wait already. `status` and `seq` are of the moment after the last item.
 */
export class ListEntries extends query('assistant.list-entries', {
  input: z.object({
    conversationId,
    after: z.int().min(0).default(0),
    limit: z.int().min(1).max(100).default(100),
    waitMs: z.int().min(0).max(LONGEST_ENTRY_WAIT_MS).default(0),
  }),
  output: z.object({ items: z.array(Entry), status: ConversationStatus, seq: z.int().min(0) }),
  failures: [ConversationNotFound],
  access: [owner()],
}) {}
