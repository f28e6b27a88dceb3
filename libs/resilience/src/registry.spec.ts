import { describe, expect, it } from '@jest/globals';
import { noFallback } from './fallback.js';
import { ResilienceRegistry } from './registry.js';
import { resilience } from './resilience.js';

describe('ResilienceRegistry', () => {
  it('lists what was added, in order, each object once', () => {
    const registry = new ResilienceRegistry();
    const mail = resilience('mail', { fallback: () => 'none' });
    const pay = resilience('pay', { breaker: {}, fallback: noFallback('money') });
    for (const policies of [mail, pay, mail]) registry.add(policies);
    expect(registry.all()).toEqual([mail, pay]);
    expect(registry.violations()).toEqual([]);
  });

  it('names all violations, duplicate names included', () => {
    const registry = new ResilienceRegistry();
    registry.add(resilience('mail', {}));
    registry.add(resilience('pay', { breaker: {}, fallback: noFallback('') }));
    registry.add(resilience('mail', {}));
    expect(registry.violations()).toEqual([
      'resilience "pay": noFallback() needs a reason',
      'resilience "mail": declared 2 times, but names are unique',
    ]);
  });

  it('gives out a copy', () => {
    const registry = new ResilienceRegistry();
    const before = registry.all();
    registry.add(resilience('mail', {}));
    expect(before).toEqual([]);
  });
});
