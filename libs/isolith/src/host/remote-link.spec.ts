import { afterEach, expect, it, jest } from '@jest/globals';
import {
  HandBacks,
  Impairments,
  InProcessTransport,
  RemoteRefusedError,
  type Impairment,
  type Joining,
  type RemoteHealth,
} from '@isolith/message-bus';
import { HostLifecycle, StartRefusedError } from '@isolith/message-bus/nest';
import { ModulesContainer } from '@nestjs/core';
import { RemoteLink } from './remote-link.js';

afterEach(() => void jest.useRealTimers());

const nothing: Joining = { claims: [], listensAt: [], sendsTo: [] };

it('what the transport says of itself is impaired as long as it says so', async () => {
  jest.useFakeTimers();
  const flapping: Impairment = {
    kind: 'broker',
    name: 'orders.requests',
    reason: 'its queue has no leader',
    lookAt: 'rabbitmq-queues check_if_node_is_quorum_critical',
    effect: 'degraded',
  };
  let said: readonly Impairment[] = [flapping];
  class Remote extends InProcessTransport {
    readonly connect = async (): Promise<void> => undefined;
    readonly health = (): RemoteHealth => ({ connected: true, consumers: [], impairments: said });
  }
  const impairments = new Impairments(() => undefined);
  const handBacks = new HandBacks(() => undefined);
  const link = new RemoteLink(
    { remote: new Remote(), impairments, handBacks, joining: async () => nothing },
    new HostLifecycle(new ModulesContainer(), 0),
  );
  await link.start();
  jest.advanceTimersByTime(1_000);
  expect(impairments.current()).toMatchObject([flapping]);
  said = [];
  jest.advanceTimersByTime(1_000);
  expect(impairments.current()).toEqual([]);
  await link.drain();
  expect(jest.getTimerCount()).toBe(0);
});

it('a host does not start beside a broker that is not for it, and says for each reason what to do', async () => {
  class Remote extends InProcessTransport {
    readonly connect = async (): Promise<void> => {
      throw new RemoteRefusedError('amqp://broker/shop', [
        { what: 'claimed', detail: 'orders belongs to installation 1 here' },
        { what: 'arguments', detail: 'queue orders.requests has x-max-length 4, expected 100000' },
        { what: 'rights', detail: "access to queue 'q' refused for user 'u'" },
      ]);
    };
    readonly health = (): RemoteHealth => ({ connected: false, consumers: [] });
  }
  const link = new RemoteLink(
    {
      remote: new Remote(),
      impairments: new Impairments(() => undefined),
      handBacks: new HandBacks(() => undefined),
      joining: async () => nothing,
    },
    new HostLifecycle(new ModulesContainer(), 0),
  );
  const refused = await link.open().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(StartRefusedError);
  expect(refused).toHaveProperty('violations', [
    expect.stringMatching(
      /^TRANSPORT_URL: amqp:\/\/broker\/shop: orders belongs to installation 1 here; .*--take-over-broker/,
    ),
    expect.stringMatching(/^TRANSPORT_URL: .*x-max-length 4, expected 100000; empty it and delete it/),
    expect.stringMatching(/^TRANSPORT_URL: .*refused for user 'u'; .*set_permissions/),
  ]);
});
