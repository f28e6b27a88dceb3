import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { NotDeliveredError, type Envelope } from '@isolith/contracts';
import { answerTo, commandEnvelope, eventEnvelope } from '../envelopes.js';
import type { Obligation } from '../obligation.js';
import { turns } from '../trial.js';

/** JSON in the shapes that get lost on the way: empty, nested, odd keys, odd characters, large. */
function shapes(): readonly unknown[] {
  return [
    null,
    true,
    false,
    0,
    -1.5,
    1e21,
    5e-324,
    Number.MAX_SAFE_INTEGER,
    '',
    'plain',
    '"\\\u0000\u2028 é 漢 😀',
    [],
    {},
    [[], {}, [null]],
    { b: 1, a: { '': null, 'a.b/c~d': [{ deep: [1, [2, [3]]] }] } },
    JSON.parse('{"__proto__": {"x": 1}, "constructor": "c", "length": 0}'),
    { many: Array.from({ length: 2_000 }, (_, index) => ({ index, text: `line ${index}` })) },
    '😀é.'.repeat(150_000),
  ];
}

const answered: Obligation = {
  id: 'request-is-answered',
  promise: 'A request, on either lane, resolves with the answer that the listener gave.',
  async run(trial) {
    await trial.serve(trial.requests, (data) => ['command', data]);
    await trial.serve(trial.queries, (data) => ['query', data]);
    const [command, query] = [
      await trial.settled('a command', trial.request(1)),
      await trial.settled('a query', trial.request(2, { to: trial.queries })),
    ];
    deepStrictEqual(
      [command.value?.data, query.value?.data],
      [
        ['command', 1],
        ['query', 2],
      ],
    );
  },
};

const unchangedData: Obligation = {
  id: 'data-is-unchanged',
  promise: 'Data of any JSON shape, up to a megabyte and more, arrives unchanged in both directions.',
  async run(trial) {
    const arrived: string[] = [];
    const answers = shapes();
    await trial.serve(trial.requests, (data) => answers[arrived.push(JSON.stringify(data)) - 1]);
    for (const shape of shapes()) {
      const { value, error } = await trial.settled('a request', trial.request(shape));
      ok(value !== undefined, `not answered: ${String(error)}`);
      deepStrictEqual(value.data, shape);
      strictEqual(arrived.at(-1), JSON.stringify(shape));
    }
  },
};

const unchangedAttributes: Obligation = {
  id: 'attributes-are-unchanged',
  promise:
    'Every attribute of a request, an answer and an event (ids, times, principal, revokes, deadline, trace) arrives as it was sent.',
  async run(trial) {
    const seen: Envelope[] = [];
    const command = commandEnvelope(trial.context, { sku: 'mug' });
    const answer = answerTo(command, { left: 1 });
    await trial.transport.listen(trial.requests, async (delivery) => {
      seen.push(delivery.envelope);
      await delivery.reply(answer);
    });
    const at = trial.subscription('watch');
    await trial.transport.listen(at, async ({ envelope }) => void seen.push(envelope));
    const event = eventEnvelope(trial.context, 'mug', { sku: 'mug' });
    const { value } = await trial.settled(
      'a request',
      trial.transport.request(copyOf(command), trial.requests, new AbortController().signal),
    );
    await trial.sendUntilTaken([copyOf(event)], at);
    await trial.until('the event arrives', () => seen.length === 2);
    const timeless = ({ deadline: _, ...envelope }: Envelope): Envelope => envelope;
    deepStrictEqual([seen.map(timeless), value], [[command, event].map(timeless), answer]);
    // What crosses is the time that is left: the way there took some of it, and no clock is compared with another.
    const [arrived = Number.NaN, sent = Number.NaN] = [seen[0]?.deadline, command.deadline];
    ok(Math.abs(arrived - sent) < trial.patienceMs, `sent with ${sent}, arrived with ${arrived}`);
  },
};

const ownAnswers: Obligation = {
  id: 'each-request-gets-its-own-answer',
  promise: 'Many requests at once, answered in another order than they came, each get the answer to their own.',
  async run(trial) {
    const many = Math.min(100, trial.transport.capabilities.maxInFlight);
    await trial.serve(trial.requests, async (data) => {
      await turns((Number(data) * 7) % 5);
      return data;
    });
    const all = await trial.settled(
      'all requests',
      Promise.all(Array.from({ length: many }, (_, index) => trial.request(index))),
    );
    deepStrictEqual(
      all.value?.map(({ data }) => data),
      Array.from({ length: many }, (_, index) => index),
    );
  },
};

const sameId: Obligation = {
  id: 'a-repeated-id-is-a-request-of-its-own',
  promise:
    "Two requests with one id at the same time both reach the listener and each get an answer: deduplication is not the transport's job.",
  async run(trial) {
    let count = 0;
    const gate = trial.gate();
    await trial.serve(trial.requests, async () => {
      const nth = (count += 1);
      await gate.opened;
      return nth;
    });
    const envelope = commandEnvelope(trial.context, null);
    const { signal } = new AbortController();
    const both = Promise.all([1, 2].map(() => trial.transport.request(envelope, trial.requests, signal)));
    both.catch(() => undefined);
    await trial.until('both requests arrive', () => count === 2);
    gate.open();
    const answers = await trial.settled('both requests', both);
    deepStrictEqual(answers.value?.map(({ data }) => Number(data)).toSorted(), [1, 2]);
  },
};

const nobody: Obligation = {
  id: 'nobody-there-is-not-delivered',
  promise:
    'A request to an address where nobody listens rejects with NotDeliveredError; so does a send, unless the medium keeps it until somebody does.',
  async run(trial) {
    const asked = await trial.settled('a request to nobody', trial.request(null));
    ok(asked.error instanceof NotDeliveredError, `a request to nobody: ${describe(asked)}`);
    const at = trial.subscription('nobody');
    const sent = await trial.settled('a send to nobody', trial.send([trial.event('a', 1)], at));
    if (sent.error !== undefined)
      return ok(sent.error instanceof NotDeliveredError, `a send to nobody: ${describe(sent)}`);
    ok(trial.transport.capabilities.durable, 'a send to nobody resolved and nothing keeps it');
    const { arrived } = await trial.collect(at);
    await trial.until('the kept event arrives', () => arrived.length > 0);
  },
};

/** The transport gets a copy, so that one that changes an envelope in place is seen. */
const copyOf = (envelope: Envelope): Envelope => ({ ...envelope, data: JSON.parse(JSON.stringify(envelope.data)) });

const describe = (settled: { readonly error?: unknown }): string =>
  'error' in settled ? `rejected with ${String(settled.error)}` : 'resolved';

export const requestObligations: readonly Obligation[] = [
  answered,
  unchangedData,
  unchangedAttributes,
  ownAnswers,
  sameId,
  nobody,
];
