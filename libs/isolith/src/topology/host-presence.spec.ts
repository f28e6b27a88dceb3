import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { InProcessTransport, SignedTransport, type Transport } from '@isolith/message-bus';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { until } from '@isolith/message-bus/testing';
import { noFallback, resilience, ResilienceRegistry } from '@isolith/resilience';
import { ConsoleLogger, Logger } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { MessageTokens } from '../host/message-tokens.js';
import { deriveKeys } from '../http/auth-keys.js';
import { HostCircuits } from '../policies/host-circuits.js';
import type { EdgeRate } from './edge-rates.js';
import { edgesOf } from './edges-of-hosts.js';
import { hostName } from './host-name.js';
import { HostPresence } from './host-presence.js';
import type { SeenHost } from './known-hosts.js';

Logger.overrideLogger(new ConsoleLogger({ logLevels: [] }));

const signed = (wire: Transport) =>
  new SignedTransport(wire, new MessageTokens(deriveKeys('s'.repeat(32))), () => undefined, { note: () => undefined });

/** A medium on which everybody hears everything, as a broker's broadcast is. */
class Air extends InProcessTransport {
  readonly #ears: InProcessTransport[] = [];

  override listen(...at: Parameters<InProcessTransport['listen']>): ReturnType<InProcessTransport['listen']> {
    const ear = new InProcessTransport();
    this.#ears.push(ear);
    return ear.listen(...at);
  }

  override async send(...what: Parameters<InProcessTransport['send']>): Promise<void> {
    await Promise.all(this.#ears.map((ear) => ear.send(...what)));
  }

  override async close(): Promise<void> {
    await Promise.all(this.#ears.map((ear) => ear.close()));
  }
}

const NO_CIRCUITS = new HostCircuits('none', new ResilienceRegistry());

const open: HostPresence[] = [];
afterEach(async () => {
  for (const presence of open.splice(0)) await presence.close();
});

type Medium = Pick<Transport, 'send' | 'listen'>;
const told = { look: (_: readonly SeenHost[]): void => undefined, suspect: (_: string): void => undefined };

/** A host of `orders` on a medium. */
function host(
  medium: Medium | undefined,
  state = () => 'ready',
  circuits = NO_CIRCUITS,
  tells = told,
  traffic: readonly EdgeRate[] = [],
) {
  const presence = new HostPresence(
    {
      name: hostName('1.2.3'),
      medium,
      contexts: () => ({ orders: 'a' }),
      inboxes: () => ['orders'],
      state,
      load: () => ({ busy: 0, memoryMib: 1, inHand: {}, impaired: 0 }),
      circuits,
      traffic: () => traffic,
      heard: () => undefined,
      time: () => '2026-01-01T00:00:00Z',
      ...tells,
    },
    new HostLifecycle(new ModulesContainer(), 0),
  );
  open.push(presence);
  return presence;
}
const states = (presence: HostPresence) => Object.fromEntries(presence.all().map(({ id, state }) => [id, state]));

describe('hosts of one medium', () => {
  it('hear of one another as soon as they open, of each change, and of the end', async () => {
    const wire = new InProcessTransport();
    let state = 'starting';
    const [one, two] = [host(signed(wire)), host(signed(wire), () => state)];
    await one.open();
    await two.open();
    await until(() => states(one)[two.self.id] === 'starting');
    expect(one.all().find(({ id }) => id === two.self.id)).toMatchObject({
      build: '1.2.3',
      contexts: { orders: 'a' },
      inboxes: ['orders'],
    });
    state = 'ready';
    await two.start();
    await until(() => states(one)[two.self.id] === 'ready');
    await two.close();
    await until(() => states(one)[two.self.id] === 'stopped');
    await wire.close();
  });

  it('hear of the policies of one another, and move a circuit together or on one of them', async () => {
    const wire = new Air();
    const circuit = (id: string) => {
      const registry = new ResilienceRegistry();
      const policies = resilience('pay', { breaker: {}, fallback: noFallback('none') });
      registry.add(policies, 'orders');
      return { policies, circuits: new HostCircuits(id, registry) };
    };
    const [a, b] = [circuit('a'), circuit('b')];
    const [one, two] = [host(signed(wire), undefined, a.circuits), host(signed(wire), undefined, b.circuits)];
    await one.open();
    await two.open();
    const circuitOf = (seen: HostPresence) =>
      seen.all().map(({ policies = [] }) => policies.map(({ breaker }) => breaker));
    await until(() => circuitOf(one).join() === 'closed,closed');
    await a.circuits.move({ policy: 'pay', move: 'open', by: 'anna' });
    await until(() => b.policies.state().breaker === 'open');
    expect([a, b].map(({ policies }) => policies.state().lastChange)).toEqual([
      expect.objectContaining({ to: 'open', by: 'anna' }),
      expect.objectContaining({ to: 'open', by: 'anna' }),
    ]);
    await a.circuits.move({ policy: 'pay', move: 'close', by: 'anna', host: 'b' });
    await until(() => b.policies.state().breaker === 'closed');
    expect(a.policies.state().breaker).toBe('open');
    await wire.close();
  });

  it('hear what goes between contexts at each of them', async () => {
    const wire = new Air();
    const rate = {
      from: 'gateway',
      to: 'orders',
      lane: 'command',
      perSecond: 2,
      failedPerSecond: 0,
      p50Ms: 1,
      p99Ms: 3,
    };
    const one = host(signed(wire));
    const two = host(signed(wire), undefined, undefined, undefined, [rate]);
    await one.open();
    await two.open();
    await until(() => one.all().length === 2);
    expect(edgesOf(one.all())).toEqual([rate]);
    await wire.close();
  });

  it('believe nobody whose sender can not be established, and take nothing else that is said to all', async () => {
    const wire = new InProcessTransport();
    const one = host(signed(wire));
    await one.open();
    await host(wire).open();
    await host(signed(wire)).open();
    await until(() => one.all().length > 1);
    expect(one.all()).toHaveLength(2);
    await wire.close();
  });
});

describe('a host that is heard by nobody', () => {
  it('knows itself, without a medium and with one that takes nothing', async () => {
    const gone = new InProcessTransport();
    await gone.close();
    for (const medium of [undefined, signed(gone)]) {
      const alone = host(medium);
      await alone.open();
      await alone.start();
      expect(states(alone)).toEqual({ [alone.self.id]: 'ready' });
    }
  });
});

describe('a host that others are beside', () => {
  afterEach(() => void jest.useRealTimers());

  it('looks at all every two seconds, and suspects a context of which one is not heard, until it drains', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const wire = new Air();
    let isFrozen = false;
    const frozen: Medium = {
      send: async (...said) => (isFrozen ? undefined : wire.send(...said)),
      listen: (at, take) => wire.listen(at, take),
    };
    const looks: string[][] = [];
    const suspects: string[] = [];
    const one = host(wire, undefined, undefined, {
      look: (hosts) => void looks.push(hosts.map(({ id, state }) => `${id} ${state}`).toSorted()),
      suspect: (context) => void suspects.push(context),
    });
    const two = host(frozen);
    await one.open();
    await two.open();
    const are = (...states: string[]) => [one, two].map(({ self }, at) => `${self.id} ${states[at]}`).toSorted();

    await jest.advanceTimersByTimeAsync(6_000);
    expect(looks).toEqual([are('ready', 'ready'), are('ready', 'ready'), are('ready', 'ready')]);
    expect(suspects).toEqual([]);

    isFrozen = true;
    await jest.advanceTimersByTimeAsync(3_000);
    expect(suspects).toEqual([]);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(suspects).toEqual(['orders', 'orders', 'orders', 'orders']);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(looks.at(-1)).toEqual(are('ready', 'silent'));

    await one.drain();
    const before = looks.length;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(looks).toHaveLength(before);
    await wire.close();
  });
});
