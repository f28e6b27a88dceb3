import type { Subject } from '../harness/subject.js';
import { appendHundred } from './append-hundred.js';
import { appendOne } from './append-one.js';
import { checkouts } from './checkout.js';
import { costs } from './costs.js';
import { dispatch } from './dispatch.js';
import { events } from './events.js';
import { growth } from './growth.js';
import { http } from './http.js';
import { memory } from './memory.js';
import { projectionRebuild } from './projection-rebuild.js';
import { publish } from './publish.js';
import { queryLane } from './query-lane.js';
import { requestLane } from './request-lane.js';
import { start } from './start.js';
import { streamLoad } from './stream-load.js';
import { streamSnapshot } from './stream-snapshot.js';
import { streamWriters } from './stream-writers.js';
import { workflow } from './workflow.js';

/** In the order in which they are run and shown. */
export const subjects: readonly Subject[] = [
  dispatch,
  queryLane,
  requestLane,
  publish,
  appendOne,
  appendHundred,
  streamLoad,
  streamSnapshot,
  streamWriters,
  http,
  workflow,
  ...events,
  ...checkouts,
  costs,
  memory,
  start,
  growth,
  projectionRebuild,
];
