import { afterEach, expect, it, jest } from '@jest/globals';
import {
  HandBacks,
  HandedBackError,
  Impairments,
  InProcessTransport,
  RemoteRefusedError,
  type Impairment,
  type Joining,
  type RemoteHealth,
} from '@isolith/message-bus';
import { HostLifecycle, StartRefusedError } from '@isolith/message-bus/nest';
import { Logger } from '@nestjs/common';
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

it('that has been down for more than 7 s says so, and no longer once it is up', async () => {
  jest.useFakeTimers();
  let connected = true;
  class Remote extends InProcessTransport {
    readonly connect = async (): Promise<void> => undefined;
    readonly health = (): RemoteHealth => ({ connected, consumers: [] });
  }
  const [impairments, handBacks] = [new Impairments(() => undefined), new HandBacks(() => undefined)];
  const link = new RemoteLink(
    { remote: new Remote(), impairments, handBacks, joining: async () => nothing },
    new HostLifecycle(new ModulesContainer(), 0),
  );
  await link.start();
  jest.advanceTimersByTime(60_000);
  connected = false;
  expect(link.whyDown()).toBeUndefined();
  jest.advanceTimersByTime(8_000);
  expect(link.whyDown()).toBeUndefined();
  jest.advanceTimersByTime(1_000);
  expect(link.whyDown()).toBe('there has been no connection to the broker for 8 s');
  connected = true;
  expect(link.whyDown()).toBeUndefined();
  await link.drain();
});

it('what is handed back is told also by a host without others: a newer release has left it here', async () => {
  jest.useFakeTimers();
  const impairments = new Impairments(() => undefined);
  const handBacks = new HandBacks(
    () => undefined,
    () => 'degraded',
    () => 0,
  );
  const link = new RemoteLink(
    { remote: undefined, impairments, handBacks, joining: async () => nothing },
    new HostLifecycle(new ModulesContainer(), 0),
  );
  await link.start();
  handBacks.note(new HandedBackError('stock', 'newer', 'stock.taken is stored in version 2'));
  jest.advanceTimersByTime(1_000);
  expect(impairments.current()).toMatchObject([
    { kind: 'lane', name: 'stock.newer', reason: 'stock waits for an upgrade: stock.taken is stored in version 2' },
  ]);
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

it('how messages are written to the broker is in the log of the start', async () => {
  const logged = jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
  class Remote extends InProcessTransport {
    readonly connect = async (): Promise<void> => undefined;
    readonly health = (): RemoteHealth => ({ connected: true, consumers: [], writes: 'written by hand' });
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
  await link.open();
  expect(logged.mock.calls).toEqual([['messages to the broker: written by hand']]);
  logged.mockRestore();
});
