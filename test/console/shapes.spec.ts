import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { acts } from '../../libs/console/web/src/api/answers/audit.js';
import { policies as policiesAnswer } from '../../libs/console/web/src/api/answers/circuits.js';
import { contracts, sent } from '../../libs/console/web/src/api/answers/contracts.js';
import { causes, recordedPage, streamPage } from '../../libs/console/web/src/api/answers/events.js';
import { snapshot as snapshotAnswer } from '../../libs/console/web/src/api/answers/live.js';
import { groupReplay, parkedGroups, parkedPage, parkedWhole } from '../../libs/console/web/src/api/answers/parked.js';
import { projections, rewound } from '../../libs/console/web/src/api/answers/projections.js';
import { sagaPage, sagaWhole } from '../../libs/console/web/src/api/answers/sagas.js';
import { audited } from '../../libs/isolith/src/operations/audit-messages.js';
import { cause } from '../../libs/isolith/src/operations/cause-messages.js';
import { rewindPlan } from '../../libs/isolith/src/operations/effects-messages.js';
import { eventInStream, recordedEvent } from '../../libs/isolith/src/operations/event-messages.js';
import * as hostParked from '../../libs/isolith/src/operations/parked-messages.js';
import { projectionStatus } from '../../libs/isolith/src/operations/projection-messages.js';
import * as hostSagas from '../../libs/isolith/src/operations/saga-messages.js';
import { policyState } from '../../libs/isolith/src/policies/host-circuits.js';
import { contractList } from './fixtures/contracts.js';
import { causesOf, event, manyEvents, stream } from './fixtures/events.js';
import { snapshot } from './fixtures/live.js';
import { auditPage, following, policies, policy, projectionOf, rewindOf } from './fixtures/operations.js';
import { groups, parkedList, parkedOne, parkedWholeOne, replayOf } from './fixtures/parked.js';
import { sagaList, stuck, stuckWhole, waiting, waitingWhole } from './fixtures/sagas.js';

/** What the specs let a host answer, with what the pages read it by. */
const READ: readonly (readonly [string, z.ZodMiniType, unknown])[] = [
  ['sagas', sagaPage, sagaList],
  ['a saga that is stuck', sagaWhole, stuckWhole],
  ['a saga that waits', sagaWhole, waitingWhole],
  ['groups of what is parked', parkedGroups, groups],
  ['what is parked', parkedPage, parkedList],
  ['a parked message', parkedWhole, parkedWholeOne],
  ['a replay', groupReplay, replayOf(3, 'running')],
  [
    'what follows journals',
    projections,
    { ...following, projections: [{ context: 'orders', ...projectionOf('building', 2, 40) }] },
  ],
  ['policies', policiesAnswer, policies],
  ['what a rewind would do', rewound, rewindOf(false)],
  ['the audit', acts, auditPage],
  ['events', recordedPage, { ...manyEvents(3), unreachable: [] }],
  ['a stream', streamPage, stream],
  ['causes and effects', causes, causesOf],
  ['contracts', contracts, contractList],
  ['what came of a message', sent, { outcome: 'failed', problem: { type: 'out-of-stock' } }],
  ['what the whole shop does', snapshotAnswer, snapshot],
];

describe('the pages read', () => {
  it.each(READ)('%s, all of it', (_, schema, answer) => {
    expect(schema.parse(answer)).toEqual(answer);
  });
});

const asText = ({ data, state, ...rest }: object & { data?: unknown; state?: unknown }): unknown => ({
  ...rest,
  dataJson: JSON.stringify(data),
  ...(state === undefined ? {} : { stateJson: JSON.stringify(state) }),
});
const [act] = auditPage.items;
const { context: _in, subject, outcome, ...done } = act ?? { context: '' };
const plan = { from: 9_000, to: 8_700, events: 300, applied: true };
const without = ({ context: _, ...rest }: object & { context: string }): unknown => rest;
const { data, schema: _, ...whole } = parkedWholeOne;

/** The same, with what the host checks its own answers by. */
const ANSWERED: readonly (readonly [string, { parse(value: unknown): unknown }, unknown])[] = [
  ['a saga', hostSagas.sagaSummary, without(stuck)],
  ['another', hostSagas.sagaSummary, without(waiting)],
  ['a saga whole', hostSagas.sagaDetail, without(stuckWhole)],
  ['one that waits', hostSagas.sagaDetail, without(waitingWhole)],
  ['a parked message', hostParked.parkedEntry, without(parkedOne)],
  ['one whole', hostParked.parkedWhole, without({ ...whole, dataJson: JSON.stringify(data) } as typeof whole)],
  ['a replay', hostParked.groupReplay, replayOf(3, 'completed')],
  ['a projection', projectionStatus, projectionOf('building', 2, 40)],
  ['a policy', policyState, policy],
  ['a rewind', rewindPlan, plan],
  ['an act', audited, { ...done, subjectJson: JSON.stringify(subject), outcomeJson: JSON.stringify(outcome) }],
  ['an event', recordedEvent, asText(event(7))],
  ...causesOf.items.map((one) => ['something that happened', cause, without(one)] as const),
  ...stream.items.map((one) => ['an event of a stream', eventInStream, asText(one)] as const),
];

describe('a host answers', () => {
  it.each(ANSWERED)('%s like that', (_, schema, answer) => {
    expect(schema.parse(answer)).toEqual(answer);
  });
});
