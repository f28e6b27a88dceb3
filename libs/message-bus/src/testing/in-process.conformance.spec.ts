import { describe, it } from '@jest/globals';
import { inProcess } from './fixtures/in-process.js';
import { describeTransport } from './index.js';

/** A function call has no medium between its ends that could fail by itself, and one process has no replicas of itself. */
const notApplicable = [
  'a-sender-that-does-not-wait-is-pushed-back',
  'a-full-address-pushes-back',
  'what-has-no-queue-is-not-swallowed',
  'malformed-bytes-are-set-aside',
  'cut-before-the-confirm-is-outcome-unknown',
  'reply-lost-with-its-connection-is-outcome-unknown',
  'a-closed-channel-is-opened-again',
  'a-queue-removed-under-its-listener-is-made-again',
  'a-restart-loses-nothing',
  'replicas-share-requests',
  'takeover-keeps-order',
  'taken-then-crashed-comes-again',
];

describeTransport('InProcessTransport', inProcess(), { deviations: [], notApplicable }, { describe, it });
describeTransport('InProcessTransport with little room', inProcess(40), { deviations: [], notApplicable }, { describe, it });
