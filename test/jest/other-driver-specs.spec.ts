import { existsSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { OTHER_DRIVER_SPECS } from './other-driver-specs.js';

it('what is to run with other drivers is there: Jest says nothing of a file that it does not find', () => {
  expect(OTHER_DRIVER_SPECS.filter((spec) => !existsSync(spec))).toEqual([]);
});
