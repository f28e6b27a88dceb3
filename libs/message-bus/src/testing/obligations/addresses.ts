import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { NotDeliveredError } from '@isolith/contracts';
import type { Obligation } from '../obligation.js';
import { watch } from '../trial.js';

const isolated: Obligation = {
  id: 'subscriptions-are-isolated',
  promise:
    'A subscription gets what was sent to it and nothing else, and what another rejects is none of its business.',
  async run(trial) {
    const [mine, theirs] = [trial.subscription('mine'), trial.subscription('theirs')];
    const elsewhere = trial.subscription('mine', `${trial.context}-other`);
    const seen = [await trial.collect(mine), await trial.collect(elsewhere)];
    await trial.transport.listen(theirs, ({ envelope }) =>
      envelope.data === 'poison' ? Promise.reject(new Error('poison')) : Promise.resolve(),
    );
    const poison = watch(trial.send([trial.event('a', 'poison')], theirs));
    await trial.sendUntilTaken([trial.event('a', 'mine')], mine);
    await trial.sendUntilTaken([trial.event('a', 'elsewhere')], elsewhere);
    await trial.until(
      'everything has arrived',
      () =>
        seen.every(({ arrived }) => arrived.length > 0) && (!poison.pending || trial.transport.capabilities.durable),
    );
    deepStrictEqual(
      seen.map(({ arrived }) => arrived),
      [['mine'], ['elsewhere']],
    );
  },
};

const lanes: Obligation = {
  id: 'lanes-are-separate',
  promise: "Commands, queries and subscriptions of one context never reach one another's listeners.",
  async run(trial) {
    const queries: unknown[] = [];
    await trial.serve(trial.queries, (data) => queries.push(data));
    const asked = await trial.settled('a command', trial.request('command'));
    ok(asked.error instanceof NotDeliveredError, `a command where only queries are taken: ${String(asked.error)}`);
    await trial.serve(trial.requests, () => 'command');
    const { arrived } = await trial.collect(trial.subscription('watch'));
    await trial.settled('a command', trial.request('command'));
    await trial.settled('a query', trial.request('query', { to: trial.queries }));
    await trial.sendUntilTaken([trial.event('a', 'event')], trial.subscription('watch'));
    await trial.until('the event arrives', () => arrived.length > 0);
    deepStrictEqual([queries, arrived], [['query'], ['event']]);
  },
};

const slow: Obligation = {
  id: 'a-slow-listener-blocks-nobody-else',
  promise: 'While one subscription hangs, others take events, of the same subjects too, and requests are answered.',
  async run(trial) {
    const gate = trial.gate();
    const slowly = await trial.collect(trial.subscription('slow'), () => gate.opened);
    const { arrived } = await trial.collect(trial.subscription('quick'));
    await trial.serve(trial.requests, () => 'answer');
    const stuck = watch(trial.send([trial.event('a', 1), trial.event('b', 1)], trial.subscription('slow')));
    await trial.until('the slow one is busy', () => slowly.arrived.length === 2);
    const sent = await trial.settled(
      'a send beside it',
      trial.send([trial.event('a', 2), trial.event('b', 2)], trial.subscription('quick')),
    );
    const asked = await trial.settled('a request beside it', trial.request(null));
    await trial.until('the quick one has its events', () => arrived.length === 2);
    deepStrictEqual([sent.error, asked.value?.data], [undefined, 'answer']);
    gate.open();
    await trial.until('the slow one ends', () => !stuck.pending);
  },
};

const broadcast: Obligation = {
  id: 'broadcast-reaches-every-host',
  promise: "What is broadcast reaches the listener of every host that listens, the sender's own too.",
  async run(trial) {
    const other = await trial.another?.();
    const hosts = other === undefined || other === trial.transport ? [trial.transport] : [trial.transport, other];
    const seen = await Promise.all(
      hosts.map(async (host) => {
        const arrived: unknown[] = [];
        await host.listen({ lane: 'broadcast' }, async ({ envelope }) => void arrived.push(envelope.id));
        return arrived;
      }),
    );
    const event = trial.event(undefined, 'all');
    await trial.sendUntilTaken([event], { lane: 'broadcast' });
    await trial.until('every host has it', () => seen.every((arrived) => arrived.includes(event.id)));
  },
};

const hosts: Obligation = {
  id: 'hosts-reach-one-another',
  promise: 'Requests and events sent by one host reach listeners of another on the same medium.',
  async run(trial) {
    if (trial.another === undefined) return 'not applicable';
    const other = await trial.another();
    await trial.serve(trial.requests, () => 'from the other host', other);
    const at = trial.subscription('watch');
    const arrived: unknown[] = [];
    await other.listen(at, async ({ envelope }) => void arrived.push(envelope.data));
    strictEqual((await trial.settled('a request', trial.request(null))).value?.data, 'from the other host');
    await trial.sendUntilTaken([trial.event('a', 1)], at);
    await trial.until('the event arrives', () => arrived.length > 0);
    await trial.serve(trial.queries, () => 'from this host');
    strictEqual(
      (await trial.settled('a query', trial.request(null, { to: trial.queries, by: other }))).value?.data,
      'from this host',
    );
    return undefined;
  },
};

export const addressObligations: readonly Obligation[] = [isolated, lanes, slow, broadcast, hosts];
