import { describe, expect, it } from '@jest/globals';
import { UnauthenticatedError, type Envelope, type Principal } from '@isolith/contracts';
import { commandId, currentPrincipal, currentUser, eventId } from './everyday.js';
import { runAs, runInScope } from './scope.js';

const envelope = (kind: Envelope['kind']): Envelope => ({
  specversion: '1.0',
  id: `of-a-${kind}`,
  source: '/shop',
  type: 'shop.something',
  time: '2026-01-01T00:00:00.000Z',
  kind,
  schemaversion: 1,
  correlationid: 'c',
  data: {},
});
const ada: Principal = { service: 'gateway', user: 'ada', roles: ['customer'] };
const handling = <T>(kind: Envelope['kind'], work: () => T): T =>
  runInScope({ context: 'shop', principal: ada, correlationId: 'c', envelope: envelope(kind) }, work);

describe('whoever handles a message', () => {
  it('is told for whom, and by which id it is known', () => {
    expect(handling('command', () => [currentUser(), currentPrincipal(), commandId()])).toEqual([
      'ada',
      ada,
      'of-a-command',
    ]);
    expect(handling('event', eventId)).toBe('of-a-event');
  });

  it('is refused for an id of what is not being handled', () => {
    expect(() => handling('event', commandId)).toThrow('no command is being handled here');
    expect(() => handling('query', commandId)).toThrow('no command is being handled here');
    expect(() => handling('command', eventId)).toThrow('no event is being handled here');
    expect(() => runAs('shop', commandId)).toThrow('no command is being handled here');
  });

  it('is unauthenticated where nobody is signed in, and outside of a message there is nothing to ask', () => {
    expect(() => runAs('shop', currentUser)).toThrow(UnauthenticatedError);
    for (const ask of [currentUser, currentPrincipal, commandId, eventId])
      expect(ask).toThrow('no message is being handled here');
  });
});
