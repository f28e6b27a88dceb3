import type { Address, SubscriptionAddress, Transport } from '@isolith/message-bus';
import type { TransportFactory } from '@isolith/message-bus/testing';
import { malformedName, queueName, type RabbitMqTransport } from '../index.js';
import { broker as control } from './broker-faults.js';
import { brokerUrl, SpecBroker } from './broker.js';
import { closeChannels } from './close-channels.js';
import { CuttableProxy } from './cuttable-proxy.js';
import { manage } from './management.js';

const nameOf = (at: Address): string => {
  if (at.lane === 'broadcast') throw new Error('a broadcast has no queue of its own name');
  return queueName(at);
};

/**
 * RabbitMQ with every fault that the conformance kit knows; a restart only where nobody else uses the broker. Each
 * transport has a proxy of its own between it and the broker.
 */
export const rabbitMq = ({ restarts }: { restarts: boolean }): TransportFactory => ({
  async open() {
    const broker = new SpecBroker();
    const proxies = new Map<Transport, CuttableProxy>();
    const policies: string[] = [];
    const aside = new Map<string, Buffer[]>();

    const host = async (): Promise<RabbitMqTransport> => {
      const proxy = await CuttableProxy.before(brokerUrl());
      const transport = await broker.transport({ url: proxy.url, prefetch: 100 });
      proxies.set(transport, proxy);
      return transport;
    };
    const transport = await host();
    const mine = (): CuttableProxy => proxyOf(transport);
    const proxyOf = (one: Transport): CuttableProxy => {
      const proxy = proxies.get(one);
      if (proxy === undefined) throw new Error('this host was not made here');
      return proxy;
    };

    return {
      transport,
      another: host,
      faults: {
        ...(restarts ? { restartMedium: () => restart(broker) } : {}),
        cutConnections: async () => mine().cut(),
        silence: async (silent) => mine().mute(silent),
        closeChannels: async () => closeChannels(transport),
        removeQueue: async (at) => void (await (await broker.channel()).deleteQueue(nameOf(at))),
        deliverRaw: async (at, bytes) =>
          void (await broker.channel()).sendToQueue(nameOf(at), Buffer.from(bytes), { persistent: true }),
        setAside: async (at) => {
          const name = malformedName(nameOf(at));
          const kept = aside.get(name) ?? [];
          aside.set(name, kept);
          if (!(await broker.exists(name))) return kept;
          const channel = await broker.channel();
          for (
            let next = await channel.get(name, { noAck: true });
            next !== false;
            next = await channel.get(name, { noAck: true })
          )
            kept.push(next.content);
          return kept;
        },
        // The broker applies a policy within milliseconds and does not say when: a few more may still be taken.
        fillTo: async (at: SubscriptionAddress, count) => {
          const name = nameOf(at);
          policies.push(name);
          const vhost = decodeURIComponent(new URL(brokerUrl()).pathname.slice(1)) || '/';
          await manage('PUT', ['policies', vhost, name], {
            pattern: `^${name}$`,
            definition: { 'max-length': count },
            'apply-to': 'queues',
          });
        },
        crash: async (one) => proxyOf(one).refuse(true),
      },
      close: async () => {
        for (const proxy of proxies.values()) proxy.mute(false);
        await broker.close();
        const vhost = decodeURIComponent(new URL(brokerUrl()).pathname.slice(1)) || '/';
        for (const name of policies) await manage('DELETE', ['policies', vhost, name]);
        await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
      },
    };
  },
});

async function restart(broker: SpecBroker): Promise<void> {
  await broker.disconnect();
  await control.stop();
  await control.start();
}
