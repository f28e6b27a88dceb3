import { expect, it } from '@jest/globals';
import type { Policy } from '../../api/answers/circuits.js';
import { byName } from './policies-by-name.js';

const policy = (name: string, host: string, breaker?: Policy['breaker']): Policy => ({
  name,
  ...(breaker === undefined ? {} : { breaker }),
  failures: 0,
  counts: { attempts: 0, failures: 0, refused: 0, fallbacks: 0 },
  host: { id: host, machine: host, pid: 1 },
  lastSeenSeconds: 0,
});

it('has each policy once with its hosts, and what is open on any of them first', () => {
  const policies = [
    policy('b', '1', 'closed'),
    policy('c', '1'),
    policy('a', '1', 'closed'),
    policy('z', '1', 'closed'),
    policy('z', '2', 'open'),
    policy('y', '1', 'half-open'),
  ];
  expect(byName(policies).map(({ name, hosts }) => `${name}${hosts.length}`)).toEqual(['z2', 'y1', 'a1', 'b1', 'c1']);
});
