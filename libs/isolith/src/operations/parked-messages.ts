import { command, failure, query, role } from '@isolith/contracts';
import { ParkedNotEditable, ParkedNotFound, ReplayRunning } from '@isolith/journal';
import { z } from 'zod';
import { OPERATOR } from '../http/access.guard.js';
import { operatorText, reason } from './operator-text.js';
import { perContext } from './per-context.js';

const at = z.iso.datetime();
const problem = z.object({ type: z.string(), detail: z.string() });
export const parkedId = z.string().regex(/^\d{1,18}$/, 'must be the id of a parked message');

/** The data that an event was to have does not fit its contract, or is of another key. */
export class ParkedMisfit extends failure('parked.data-misfit', {
  data: z.object({ problems: z.array(z.object({ pointer: z.string(), detail: z.string() })) }),
  status: 400,
  kept: false,
  detail: 'the data does not fit the contract of the event',
}) {}

export const parkedFilter = z.object({
  subscription: operatorText.optional(),
  key: operatorText.optional(),
  type: operatorText.optional(),
  problem: operatorText.optional(),
});

export const parkedEntry = z.object({
  id: parkedId,
  subscription: z.string(),
  key: z.string(),
  type: z.string().optional(),
  messageId: z.string(),
  attempts: z.int(),
  problem: problem.optional(),
  parkedAt: at,
  behind: z.int(),
});

export const parkedWhole = parkedEntry.extend({
  bytes: z.int(),
  envelope: z
    .object({
      id: z.string(),
      source: z.string(),
      time: z.string(),
      schemaversion: z.int(),
      correlationid: z.string(),
      causationid: z.string().optional(),
      traceparent: z.string().optional(),
    })
    .optional(),
  /** The event's data as JSON text, personal values masked; absent when it is hidden. */
  dataJson: z.string().optional(),
  hidden: z.string().optional(),
  /** The JSON Schema of its data in today's version, as text. */
  schemaJson: z.string().optional(),
  edited: z.object({ at, by: z.string(), reason: z.string() }).optional(),
});

export const parkedGroup = z.object({
  subscription: z.string(),
  type: z.string().optional(),
  /** Absent for sequences of which nothing failed any more: they wait to be replayed. */
  problem: z.string().optional(),
  count: z.int(),
  oldestAt: at,
  newestAt: at,
  example: z.object({ id: parkedId, detail: z.string() }),
});

const failed = z.object({ id: parkedId, problem }).optional();

export const sequenceReplay = z.object({
  status: z.enum(['completed', 'failed', 'stopped']),
  replayed: z.int(),
  failed,
  left: z.int(),
});

export const groupReplay = z.object({
  id: z.string(),
  filter: parkedFilter,
  perSecond: z.int(),
  status: z.enum(['running', 'completed', 'stopped']),
  replayed: z.int(),
  failed,
  reason: z.string().optional(),
  by: z.string(),
  startedAt: at,
  endedAt: at.optional(),
});

/** Characters of JSON; a body of the edge is far smaller. */
const LONGEST_DATA = 1_000_000;
const access = [role(OPERATOR)];

/**
 * What every context with a database answers about its parked messages, to operators only. One set of classes per
 * context.
 */
function declare<const C extends string>(context: C) {
  const ListParked = query(`${context}.actuator-list-parked`, {
    input: z.object({ filter: parkedFilter, limit: z.int().min(1).max(100), cursor: parkedId.optional() }),
    output: z.object({ items: z.array(parkedEntry), nextCursor: z.string().optional() }),
    access,
  });
  const ShowParked = query(`${context}.actuator-show-parked`, {
    input: z.object({ id: parkedId }),
    output: parkedWhole,
    failures: [ParkedNotFound],
    access,
  });
  const GroupParked = query(`${context}.actuator-group-parked`, {
    input: z.object({}),
    output: z.object({ items: z.array(parkedGroup) }),
    access,
  });
  const ListReplays = query(`${context}.actuator-list-replays`, {
    input: z.object({}),
    output: z.object({ items: z.array(groupReplay) }),
    access,
  });
  const ReplaySequence = command(`${context}.actuator-replay-sequence`, {
    input: z.object({ subscription: operatorText, key: operatorText }),
    output: sequenceReplay,
    failures: [ParkedNotFound, ReplayRunning],
    access,
  });
  const ReplayGroup = command(`${context}.actuator-replay-group`, {
    input: z.object({ filter: parkedFilter, perSecond: z.int().min(1).max(100) }),
    output: groupReplay,
    failures: [ParkedNotFound, ReplayRunning],
    access,
  });
  const EditParked = command(`${context}.actuator-edit-parked`, {
    input: z.object({ id: parkedId, dataJson: z.string().max(LONGEST_DATA), reason }),
    output: z.object({ edited: z.literal(true) }),
    failures: [ParkedNotFound, ParkedNotEditable, ParkedMisfit, ReplayRunning],
    access,
  });
  const DiscardParked = command(`${context}.actuator-discard-parked`, {
    input: z.object({ id: parkedId }),
    output: z.object({ outcome: z.enum(['discarded', 'handled']) }),
    failures: [ParkedNotFound, ReplayRunning],
    access,
  });
  return {
    ListParked,
    ShowParked,
    GroupParked,
    ListReplays,
    ReplaySequence,
    ReplayGroup,
    EditParked,
    DiscardParked,
  } as const;
}

export type ParkedContracts = ReturnType<typeof declare<string>>;

export const parkedMessagesOf = perContext<ParkedContracts>(declare);
