import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import type { Outgoing } from './confirmed-publisher.js';
import { Berth } from '../topology/berth.js';
import { brokerAddresses } from '../connection/broker-address.js';
import { Destination } from './destination.js';
import { driverVersion } from '../connection/driver-version.js';
import { Link } from '../connection/link.js';
import { Writes } from '../connection/writes.js';
import { newMetrics } from '../connection/metrics.js';

const message = (token: string, failed: string[] = []): Outgoing => ({
  exchange: '',
  routingKey: 'q',
  content: Buffer.alloc(0),
  options: {},
  token,
  key: 'a',
  taken: () => undefined,
  failed: (error) => void failed.push(`${token}: ${error.message}`),
});

describe('a destination', () => {
  it('refuses at once without a connection', async () => {
    const link = new Link({
      addresses: brokerAddresses('amqp://nowhere.invalid'),
      name: 'spec',
      metrics: newMetrics(),
      writes: new Writes(driverVersion(), () => undefined),
      onProblem: () => undefined,
    });
    const failed: string[] = [];
    const destination = new Destination('q', {
      link,
      berth: new Berth(link, () => link),
      waiting: 1,
      declare: async () => undefined,
      submit: () => undefined,
    });
    destination.submit(message('1', failed));
    await turn();
    expect(failed).toEqual(['1: there is no connection to the broker']);
  });
});
