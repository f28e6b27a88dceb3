import { proof, type Guarantee } from './guarantee.js';

/** Guarantees 1 to 3: how messages are handled. */
export const handling: readonly Guarantee[] = [
  {
    name: 'Placement changes nothing observable',
    says: 'What a caller sees does not tell where a context runs.',
    obligations: [
      'request-is-answered',
      'data-is-unchanged',
      'attributes-are-unchanged',
      'each-request-gets-its-own-answer',
      'lanes-are-separate',
      'subscriptions-are-isolated',
      'bus-answers-commands-and-queries',
      'bus-failures-keep-their-class',
      'bus-unknown-message-never-runs',
      'bus-version-of-before-is-read',
      'bus-carries-large-messages',
    ],
    checks: [],
    proofs: [
      proof('test/journeys/run.ts', 'The journeys, unchanged, against every kind of placement'),
      proof(
        'test/hosts/moving.spec.ts',
        'a shop that moves from one process to split and back, in full flight, loses no event and doubles none',
      ),
    ],
    open: ['Time: a call over a broker takes longer than one in the same process, and may be refused because of it.'],
  },
  {
    name: 'Two phases',
    says: 'Gather without a transaction, then commit one short unit of work; no call to the outside inside it.',
    obligations: [],
    checks: ['one-capture-per-order', 'refunds-are-paid'],
    proofs: [
      proof(
        'libs/message-bus/src/sending/sender.spec.ts',
        'of another context is refused, naming both; of the own it joins',
      ),
      proof('libs/message-bus/src/receiving/scope.spec.ts', 'refuses a call to the outside inside a unit, naming both'),
      proof('libs/journal/src/unit/unit-of-work.spec.ts', 'refuses writes outside of it, before and after'),
    ],
    open: ['An outbound port that does not call assertNoOpenUnit() is not refused.'],
  },
  {
    name: 'State and events commit together',
    says: 'Events reach every subscription at least once, and their effects in the database happen once; effects outside happen at least once under a stable key.',
    obligations: [
      'send-resolves-when-taken',
      'what-was-sent-survives-a-stop',
      'a-rejected-delivery-is-not-lost',
      'a-restart-loses-nothing',
      'taken-then-crashed-comes-again',
      'bus-duplicate-delivery-is-handled-once',
    ],
    checks: [
      'accepted-orders-exist',
      'accepted-changes-happen',
      'customers-are-told',
      'money-balances',
      'stock-adds-up',
      'goods-leave-once',
      'nothing-is-left-over',
    ],
    proofs: [
      proof(
        'libs/journal/src/unit/unit-of-work.spec.ts',
        'commits state and events together and returns what its work returned',
      ),
      proof('libs/journal/src/relay/fenced-reader.services.spec.ts', 'lose no event to a fenced reader'),
      proof('libs/embedded/src/engine/crash.spec.ts', 'loses no acknowledged row in'),
    ],
    open: [
      'A customer can be told twice under one key: the log channel does not know keys.',
      'A disk that confirms what it did not write.',
    ],
  },
];
