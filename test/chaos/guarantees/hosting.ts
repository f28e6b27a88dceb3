import { proof, type Guarantee } from './guarantee.js';

/** Guarantees 7 to 10: how hosts behave. */
export const hosting: readonly Guarantee[] = [
  {
    name: 'The host refuses to start wrong',
    says: 'Everything that is wrong is named at once, before anything is opened.',
    obligations: [],
    checks: [],
    proofs: [
      proof(
        'libs/isolith/src/host/isolith.module.spec.ts',
        'names everything at once: variables, handlers, needs, resilience',
      ),
      proof('test/hosts/one-process.spec.ts', 'with a wrong environment and a wrong wiring, naming both in one go'),
      proof('libs/saga/src/definition/verify-sagas.spec.ts', 'with their steps'),
    ],
    open: [],
  },
  {
    name: 'Drain on SIGTERM',
    says: 'Take nothing more, hand back what was not started, finish and settle what runs, answer callers that wait, end with 0.',
    obligations: [
      'stop-takes-no-more-and-waits',
      'stop-hands-back',
      'another-listener-after-stop',
      'close-ends-every-wait',
      'bus-drain-finishes-what-runs',
    ],
    checks: ['hosts-stay', 'accepted-orders-exist', 'orders-end'],
    proofs: [
      proof('test/hosts/one-process.spec.ts', 'finishes what it has begun and exits with 0'),
      proof(
        'test/hosts/drain.spec.ts',
        'to one replica of a context, then to the other, fails no call at the gateway, and every order ends',
      ),
      proof(
        'libs/isolith/src/host/stop-on-signals.spec.ts',
        'cuts connections after the grace and ends with 1 soon after',
      ),
    ],
    open: ['Work that takes longer than the grace is cut, and done again elsewhere.'],
  },
  {
    name: 'Identity travels',
    says: 'A signed principal goes with every message; the context checks it.',
    obligations: ['attributes-are-unchanged'],
    checks: [],
    proofs: [
      proof(
        'libs/message-bus/src/transport/signed-transport.spec.ts',
        'of a request is a token for the receiving context and no bare principal',
      ),
      proof(
        'libs/message-bus/src/transport/signed-transport.spec.ts',
        'that another context signed is left with the medium',
      ),
      proof('libs/isolith/src/host/message-tokens.spec.ts', 'of an event has no expiry, one of a request has'),
      proof('test/hosts/wrong-key.spec.ts', 'costs no order, and says itself that it is the one'),
      proof('test/hosts/taken-over.spec.ts', 'sends no command and no event for another service, and the shop goes on'),
      proof('test/hosts/service-keys.spec.ts', 'become all that is believed'),
    ],
    open: ['Key retirement while events signed with the old key still wait.'],
  },
  {
    name: 'No correctness rests on a clock',
    says: 'Deadlines only save work, and the time that is left crosses, never a moment; leases and timers use the clock of the database, and who lost a lease has no effect.',
    obligations: [
      'aborted-before-is-not-delivered',
      'aborted-meanwhile-is-outcome-unknown',
      'bus-deadline-before-sending-is-not-delivered',
    ],
    checks: ['rejections-are-business', 'one-capture-per-order', 'money-balances', 'stock-adds-up', 'goods-leave-once'],
    proofs: [
      proof(
        'libs/contracts/src/messages/codec.spec.ts',
        'crosses as the time that is left, and is of the clock of whoever reads it',
      ),
      proof('test/hosts/clocks.spec.ts', 'do their work when the clocks are set while they run'),
      proof(
        'libs/saga/src/leases/fencing.services.spec.ts',
        'has no second effect and writes nothing, whether another has completed its saga or undone it',
      ),
      proof(
        'libs/journal/src/relay/takeover.services.spec.ts',
        'and comes back finds out, drops what it has, and follows',
      ),
      proof(
        'libs/journal/src/relay/takeover.services.spec.ts',
        'that was taken over lets its holder move the checkpoint neither back nor forward, nor release',
      ),
    ],
    open: [
      'Clocks that are set by 15 s or an hour, ahead or back, are a fault of runs (`npm run chaos -- --only step-host-clock`).',
    ],
  },
];
