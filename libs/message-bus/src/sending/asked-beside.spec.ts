import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anyone, command, query } from '@isolith/contracts';
import { z } from 'zod';
import { MessageRouter, InProcessTransport, type Transport } from '../index.js';
import { handle } from '../testing/fixtures/hosts.js';
import { until } from '../testing/until.js';

class Change extends command('b.change', { input: z.object({}), access: [anyone()] }) {}
class Look extends query('b.look', { input: z.object({}), access: [anyone()] }) {}
class Free extends query('c.free', { input: z.object({}), access: [anyone()] }) {}

describe('a call that is asked beside itself', () => {
  const wire = new InProcessTransport();
  /** Of each message that was sent to a context whose first replica is frozen: the signals of its attempts. */
  const sent = new Map<string, AbortSignal[]>();
  const frozenFirst: Transport = {
    capabilities: wire.capabilities,
    send: (event, to, signal) => wire.send(event, to, signal),
    request: (envelope, to, signal) => {
      const signals = sent.get(envelope.type) ?? [];
      sent.set(envelope.type, [...signals, signal]);
      return signals.length > 0 ? wire.request(envelope, to, signal) : new Promise(() => undefined);
    },
    listen: (at, on) => wire.listen(at, on),
    close: () => wire.close(),
  };
  const [other, asker] = [
    new MessageRouter({ placement: { here: ['b', 'c'] }, remote: wire, onError: () => undefined }),
    new MessageRouter({ placement: { here: ['a'] }, remote: frozenFirst, onError: () => undefined }),
  ];
  handle(other, Free, async () => undefined);
  handle(other, Look, async () => undefined);
  handle(other, Change, async () => undefined);
  const attempts = ({ contract }: typeof Look | typeof Change | typeof Free) => sent.get(contract.name)?.length;
  beforeAll(() => other.listenToOthers());
  afterAll(() => asker.close());

  it('waits no longer for the attempt that lost', async () => {
    const answer = asker.send(new Free({}));
    await until(() => {
      asker.askBeside('c', { commands: false });
      return attempts(Free) === 2;
    });
    await answer;
    await until(() => sent.get(Free.contract.name)?.[0]?.aborted === true);
  });

  it('is a query, and a command only where it is known to have its effect once', async () => {
    const command = asker.send(new Change({}));
    const asked = asker.send(new Look({}));
    await until(() => {
      asker.askBeside('b', { commands: false });
      return attempts(Look) === 2;
    });
    await asked;
    // It has waited for longer.
    expect(attempts(Change)).toBe(1);
    asker.askBeside('b', { commands: true });
    await command;
    expect(attempts(Change)).toBe(2);
  });
});
