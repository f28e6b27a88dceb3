import { expect, it } from '@jest/globals';
import { missingNode } from './node-version.js';

it.each(['24.11.0', '24.12.1', '25.0.0', '100.1.0'])('Node %s will do', (version) => {
  expect(missingNode(version)).toBeUndefined();
});

it.each(['24.10.9', '22.21.0', '9.11.0'])('Node %s will not', (version) => {
  expect(missingNode(version)).toBe(
    `An Isolith app needs Node 24.11 or newer, and this is ${version}: install a newer one and run this again.`,
  );
});
