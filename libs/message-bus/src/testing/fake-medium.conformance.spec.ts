import { describe, it } from '@jest/globals';
import { onFakeMedium } from './fixtures/on-fake-medium.js';
import { describeTransport } from './index.js';

describeTransport('FakeMedium', onFakeMedium(), { deviations: [], notApplicable: [] }, { describe, it });
