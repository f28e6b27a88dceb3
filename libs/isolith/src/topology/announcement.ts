import { z } from 'zod';
import { policyStates } from '../policies/host-circuits.js';
import { hostBroadcast } from '../remote/broadcasts.js';
import { announcedEdges } from './edge-rates.js';

/** More than anybody hosts; what has more is not believed. */
const MOST_CONTEXTS = 500;
const MOST_LANES = 2_000;
const name = z.string().min(1).max(200);

/** What a host says of itself to all others. A reader takes what it knows of it: a later release may say more. */
export const announcement = z.object({
  /** Names the process for as long as it runs. */
  id: z.string().regex(/^[\w-]{1,40}$/),
  /** Of the machine or container it runs in. */
  machine: z.string().max(255),
  pid: z.int().min(0),
  /** BUILD_VERSION. */
  build: z.string().max(100).optional(),
  /** The version of Isolith. */
  isolith: z.string().max(50),
  /** A fingerprint of the contracts of each context that it hosts: where two differ, they are of two releases. */
  contexts: z
    .record(name, z.string().max(50))
    .refine((contexts) => Object.keys(contexts).length <= MOST_CONTEXTS, `more than ${MOST_CONTEXTS} contexts`),
  /** Those of them in which a command that comes twice has its effect once. An earlier release does not say it. */
  inboxes: z.array(name).max(MOST_CONTEXTS).optional(),
  /**
   * `starting`, `ready`, `not-ready` (it says why in its own health), `draining`, `stopped`; a later release may have
   * more.
   */
  state: z.string().max(20),
  /** Since its start. */
  upSeconds: z.number().min(0),
  /** How its policies stand; what a reader does not know of them leaves them out. */
  policies: policyStates.optional().catch(undefined),
  /** What it took between contexts in the last seconds. An earlier release does not say it. */
  edges: announcedEdges.optional().catch(undefined),
  load: z.object({
    /** The share of the last second or two in which its event loop was not idle, 0 to 1. */
    busy: z.number().min(0).max(1),
    /** Resident memory in MiB. */
    memoryMib: z.number().min(0),
    /** What its handlers have in hand now, by lane and subscription. */
    inHand: z
      .record(name, z.int().min(0))
      .refine((lanes) => Object.keys(lanes).length <= MOST_LANES, `more than ${MOST_LANES} lanes`),
    /** How much of what requests to its contexts began waits in each. An earlier release does not say it. */
    backlogs: z
      .record(name, z.int().min(0))
      .refine((contexts) => Object.keys(contexts).length <= MOST_CONTEXTS, `more than ${MOST_CONTEXTS} contexts`)
      .optional(),
    /** How many things it names as impaired. */
    impaired: z.int().min(0),
  }),
});
export type Announcement = Readonly<z.output<typeof announcement>>;
/** Tells all hosts that one is there, and how it is. */
export const announcements = hostBroadcast('host-announced', 1, announcement);
