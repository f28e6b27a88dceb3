import { proof, type Guarantee } from './guarantee.js';

/** Guarantees 4 to 6: how messages are delivered. */
export const delivering: readonly Guarantee[] = [
  {
    name: 'Order per key',
    says: 'Within one subscription events of a key come in order; a poison event parks its key and only it.',
    obligations: [
      'order-across-sends',
      'subjects-run-side-by-side',
      'nothing-overtakes-a-rejected-event',
      'takeover-keeps-order',
      'bus-poison-event-holds-up-its-key-only',
      'bus-order-per-key-outlives-rejections',
    ],
    checks: ['accepted-changes-happen', 'nothing-is-left-over'],
    proofs: [
      proof(
        'libs/journal/src/relay/takeover.services.spec.ts',
        'one killed in the middle: all events arrive, each has one effect, in the order of its key',
      ),
      proof(
        'libs/journal/src/inbox/event-inbox.spec.ts',
        'is parked after its attempts; later events of its key join it and do not run; other keys go on',
      ),
      proof(
        'libs/message-bus-rabbitmq/src/publishing/events.services.spec.ts',
        'keep the order of each key over a drain with prefetched work and a takeover by another replica',
      ),
    ],
    open: ['Order between keys, and between contexts: there is none.'],
  },
  {
    name: 'Commands are identified',
    says: 'The same id is one effect and one outcome; a lost reply says that the outcome is unknown, and asking again is safe.',
    obligations: [
      'a-repeated-id-is-a-request-of-its-own',
      'no-answer-is-outcome-unknown',
      'broken-off-is-outcome-unknown',
      'nobody-there-is-not-delivered',
      'reply-lost-with-its-connection-is-outcome-unknown',
      'bus-lost-reply-is-asked-again-and-runs-once',
      'bus-duplicate-delivery-is-handled-once',
      'bus-nobody-there-ends-in-time',
      'bus-deadline-before-sending-is-not-delivered',
      'bus-deadline-while-running-is-outcome-unknown',
      'bus-expired-command-never-runs',
    ],
    checks: [
      'one-key-one-order',
      'accepted-orders-exist',
      'one-capture-per-order',
      'goods-leave-once',
      'answers-are-explained',
      'rejections-are-business',
    ],
    proofs: [
      proof(
        'libs/journal/src/inbox/context-inbox.spec.ts',
        'that comes again while it runs waits and gets the same reply',
      ),
      proof(
        'libs/journal/src/inbox/context-inbox-by-id.spec.ts',
        'has one effect and one reply, stored or still running',
      ),
      proof('libs/journal/src/inbox/revocation.spec.ts', 'revokes a command that comes later: it never runs'),
      proof('libs/message-bus/src/sending/asking.spec.ts', 'says that it may have run when any attempt may have'),
      proof('test/journeys/checkout.spec.ts', 'one key twice at once is one order, and later the same answer'),
    ],
    open: ['A reply that is asked for after its stated lifetime.'],
  },
  {
    name: 'Nothing is dropped',
    says: 'What was accepted is kept until it was dealt with or is parked; what is too much is refused with an error.',
    obligations: [
      'what-was-sent-survives-a-stop',
      'in-hand-is-bounded',
      'a-slow-listener-has-a-bounded-number-in-hand',
      'a-sender-that-does-not-wait-is-pushed-back',
      'a-full-address-pushes-back',
      'what-has-no-queue-is-not-swallowed',
      'malformed-bytes-are-set-aside',
      'cut-before-the-confirm-is-outcome-unknown',
      'a-closed-channel-is-opened-again',
      'a-queue-removed-under-its-listener-is-made-again',
    ],
    checks: [
      'accepted-orders-exist',
      'orders-end',
      'customers-are-told',
      'nothing-is-left-over',
      'books-agree',
      'hosts-stay',
    ],
    proofs: [
      proof(
        'libs/message-bus-rabbitmq/src/conformance/restart.faults.services.spec.ts',
        'keeps what it had confirmed over a %s, and everything flows again without a restart',
      ),
      proof(
        'libs/message-bus-rabbitmq/src/consuming/set-aside.services.spec.ts',
        'because nobody could read it comes with its bytes and the reason',
      ),
      proof(
        'test/hosts/mixed-versions.spec.ts',
        'contracts that only grew, rolled out host by host and back while orders are placed',
      ),
    ],
    open: ['A broker that loses its disk, and one of several nodes.'],
  },
];
