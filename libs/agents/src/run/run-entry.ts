import { z } from 'zod';
import { modelBlock, modelStop, modelUsage } from '../model/model-message.js';

const turn = z.int().min(1);
/** Of a call, in the order in which the model's answer asks for them, from 0. */
const index = z.int().min(0);
const tokens = z.int().min(0);
/** Millionths of the currency of the agent's prices. */
const money = z.int().min(0);

/** Why a run rests: it has answered, or why it did not. */
export const runEnd = z.enum(['answered', 'turns', 'time', 'budget', 'length', 'refused', 'model', 'stopped']);
/** Why a run rests: it has answered, or why it did not. */
export type RunEnd = z.output<typeof runEnd>;

/**
 * What happened to a run. A run is its entries, in order, and nothing else: whoever reads them knows what is due.
 *
 * The id of what is sent follows from run, turn and index, so it is the same however often it is sent.
 */
export const runEntry = z.discriminatedUnion('kind', [
  /** Its user said something: it begins with that, and goes on with the next. */
  z.object({ kind: z.literal('said'), by: z.string(), text: z.string() }),
  /**
   * The model is about to be asked, with all that was said up to the entry `upTo`. Reserved is what it may use at most;
   * it counts as used until the attempt has its answer, also when it never gets one.
   */
  z.object({ kind: z.literal('asked'), turn, attempt: z.int().min(1), upTo: z.int().min(0), tokens, money }),
  /** The attempt came to nothing. `rejected`: no other will do better. */
  z.object({
    kind: z.literal('unanswered'),
    turn,
    attempt: z.int().min(1),
    reason: z.string(),
    rejected: z.boolean(),
  }),
  z.object({
    kind: z.literal('answered'),
    turn,
    attempt: z.int().min(1),
    content: z.array(modelBlock),
    stop: modelStop,
    usage: modelUsage,
    money,
    requestId: z.string().optional(),
  }),
  /** What becomes of a call that the model asks for; with the approval that it waits for. */
  z.object({
    kind: z.literal('judged'),
    turn,
    index,
    tool: z.string(),
    verdict: z.enum(['run', 'approve', 'refuse']),
    why: z.string(),
    approval: z.string().optional(),
    /** What the command would do, where its tool can say. */
    preview: z.unknown().optional(),
  }),
  /** A person has decided on a call that waited. */
  z.object({
    kind: z.literal('decided'),
    turn,
    index,
    approved: z.boolean(),
    by: z.string(),
    note: z.string().optional(),
  }),
  /**
   * What became of a call: of one that was made, or of one that never will be. `content` is JSON text for the model.
   */
  z.object({
    kind: z.literal('called'),
    turn,
    index,
    tool: z.string(),
    outcome: z.enum(['done', 'failed', 'unknown', 'refused', 'stopped']),
    content: z.string(),
    /** It holds text that somebody else wrote. */
    untrusted: z.boolean(),
  }),
  /** The run rests until its user says something. */
  z.object({ kind: z.literal('ended'), why: runEnd, detail: z.string().optional() }),
]);
/** One thing that happened to a run. */
export type RunEntry = z.output<typeof runEntry>;

/** An entry as it is kept: `seq` counts from 1 in each run. */
export interface KeptEntry {
  readonly seq: number;
  /** RFC 3339. */
  readonly at: string;
  readonly entry: RunEntry;
}
