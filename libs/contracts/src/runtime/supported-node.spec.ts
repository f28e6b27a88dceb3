import { expect, it } from '@jest/globals';
import { unsupportedNode } from './supported-node.js';

it.each(['22.16.0', '22.23.5', '24.11.0', '100.0.0'])('Node %s will do', (version) => {
  expect(unsupportedNode(version)).toBeUndefined();
});

it.each(['18.20.0', '20.20.2', '22.15.1'])('Node %s is refused in one line that names both versions', (version) => {
  expect(unsupportedNode(version)).toMatch(
    new RegExp(`^@isolith needs Node 22.16 or newer, this is ${version}: install`),
  );
});
