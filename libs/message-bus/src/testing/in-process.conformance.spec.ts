import { describe, it } from '@jest/globals';
import { inProcess, notApplicable } from './fixtures/in-process.js';
import { describeTransport } from './index.js';

describeTransport('InProcessTransport', inProcess(), { deviations: [], notApplicable }, { describe, it });
describeTransport(
  'InProcessTransport with little room',
  inProcess(40),
  { deviations: [], notApplicable },
  { describe, it },
);
