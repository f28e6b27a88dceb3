import { describe, expect, it } from '@jest/globals';
import { ContractViolationError } from '@isolith/contracts';
import fc from 'fast-check';
import { commandIdOf } from './command-id.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-([45])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const asked = { user: 'u-1', route: 'POST /v1/orders', key: 'key-1' };

describe('the id of a command', () => {
  it('is the same for the same subject, route and key, and a UUIDv5', () => {
    expect(commandIdOf(asked)).toBe(commandIdOf({ ...asked }));
    expect(UUID.exec(commandIdOf(asked))?.[1]).toBe('5');
  });

  it('is another for another subject, route or key', () => {
    // Few values, so that two requests often agree in some parts and differ in others.
    const part = fc.constantFrom('a', 'b', 'ab', '"', '[', ',');
    const request = fc.record({ user: fc.option(part, { nil: undefined }), route: part, key: part });
    fc.assert(
      fc.property(request, request, (a, b) => {
        const equal = a.user === b.user && a.route === b.route && a.key === b.key;
        expect(commandIdOf(a) === commandIdOf(b)).toBe(equal);
      }),
    );
  });

  it('is another for a stranger who sends something else, and the same for a user who does (fault 23)', () => {
    const stranger = { ...asked, user: undefined, sent: 'a digest' };
    expect(commandIdOf(stranger)).toBe(commandIdOf({ ...stranger }));
    expect(commandIdOf(stranger)).not.toBe(commandIdOf({ ...stranger, sent: 'another digest' }));
    expect(commandIdOf({ ...asked, sent: 'a digest' })).toBe(commandIdOf(asked));
  });

  it('is random without a key', () => {
    const id = commandIdOf({ ...asked, key: undefined });
    expect(UUID.exec(id)?.[1]).toBe('4');
    expect(id).not.toBe(commandIdOf({ ...asked, key: undefined }));
  });

  it.each([
    ['missing where it is required', undefined, { required: true }],
    ['empty', '', {}],
    ['with a space', 'a b', {}],
    ['too long', 'k'.repeat(201), {}],
    ['not ASCII', 'schlüssel', {}],
    ['sent twice', ['a', 'b'], {}],
  ])('is refused for a key that is %s, naming the header', (_, key, options) => {
    const attempt = () => commandIdOf({ ...asked, key }, options);
    expect(attempt).toThrow(ContractViolationError);
    expect(attempt).toThrow('Idempotency-Key');
  });

  it('takes keys up to 200 characters', () => {
    expect(commandIdOf({ ...asked, key: '~'.repeat(200) })).toMatch(UUID);
  });
});
