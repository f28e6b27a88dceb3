import { describe, it } from '@jest/globals';
import { inProcess, notApplicable } from './fixtures/in-process.js';
import { describeTransport } from './index.js';

/** Only what fails waits so long: 8,000 events at once take their time on a machine that is busy otherwise. */
const patienceMs = 60_000;
const options = { deviations: [], notApplicable, patienceMs };

describeTransport('InProcessTransport', inProcess(), options, { describe, it });
describeTransport('InProcessTransport with little room', inProcess(40), options, { describe, it });
