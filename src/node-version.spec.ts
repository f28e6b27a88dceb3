import { expect, it } from '@jest/globals';
import { missingNode } from './node-version.js';

it.each(['24.11.0', '24.21.0', '25.0.0', '100.1.2'])('Node %s will do', (version) => {
  expect(missingNode(version)).toBeUndefined();
});

it.each(['20.20.2', '22.12.0', '24.10.9'])('Node %s is refused in one line that names both versions', (version) => {
  const line = missingNode(version);
  expect(line).toContain(version);
  expect(line).toContain('24.11');
  expect(line).not.toContain('\n');
});
