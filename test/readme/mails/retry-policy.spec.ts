import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OverloadedError } from '@isolith/contracts';
import { JournalHost } from '@isolith/journal/nest';
import { CommandBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { eventually } from '../../support/eventually.js';
import { startApp } from './app.js';
import { MailServer } from './mails.js';
import { onTheWay, PlaceOrder } from './orders.js';
import { MailServerAway } from './outage.js';
import { placeOrder } from './place-order.js';

let app: NestFastifyApplication;
let server: MailServer;
let commands: CommandBus;

beforeAll(async () => {
  ({ app } = await startApp());
  server = app.get(MailServer, { strict: false });
  commands = app.get(CommandBus, { strict: false });
});
afterAll(() => app?.close());
beforeEach(() => {
  server.tried = 0;
  server.fault = undefined;
  onTheWay.check = async () => undefined;
});

describe('a handler that throws', () => {
  it('is run as often as its subscription says, then its event is parked', async () => {
    server.fault = () => new Error('no such mailbox');
    await commands.execute(new PlaceOrder({ customer: 'ada', nth: 1 }));
    const parked = app.get(JournalHost).parked('mails');
    if (parked === undefined) throw new TypeError('mails is not here');
    await eventually(
      'parked',
      () => parked.counts(),
      (counts) => counts.length > 0,
    );
    expect(server.tried).toBe(3);
  });

  it('in an outage is run until it is over, and nothing is parked', async () => {
    server.fault = () => (server.tried <= 6 ? new MailServerAway('away') : undefined);
    await commands.execute(new PlaceOrder({ customer: 'bob', nth: 1 }));
    await eventually(
      'sent',
      async () => server.sent,
      (sent) => sent.includes('bob 1'),
    );
    expect(server.tried).toBe(7);
  });
});

describe('a caller', () => {
  it('is not told of what passes: the same id is asked again until there is an answer', async () => {
    let asked = 0;
    onTheWay.check = async () => {
      asked += 1;
      if (asked < 3) throw new OverloadedError('busy');
    };
    expect(await placeOrder(commands, 'eve', 1)).toBe(1);
    expect(asked).toBe(3);
  });

  it('whose time is over asks again, and gets the answer of the one effect', async () => {
    const gate = Promise.withResolvers<void>();
    onTheWay.check = () => gate.promise;
    expect(await placeOrder(commands, 'tom', 1)).toBe('ask again');
    gate.resolve();
    expect(await placeOrder(commands, 'tom', 1)).toBe(1);
    await eventually(
      'sent',
      async () => server.sent,
      (sent) => sent.includes('tom 1'),
    );
    expect(server.sent.filter((text) => text === 'tom 1')).toEqual(['tom 1']);
  });
});
