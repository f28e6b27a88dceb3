import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { OutcomeUnknownError, type Envelope } from '@isolith/contracts';
import type { Transport } from '../../transport/transport.js';
import type { Obligation } from '../obligation.js';
import { firsts, said, turns, watch } from '../trial.js';

const REQUESTS = 30;

const compete: Obligation = {
  id: 'replicas-share-requests',
  promise: 'Of two hosts that listen at one address each request is handled by exactly one, and both get some.',
  needs: ['another'],
  async run(trial) {
    if (!trial.transport.capabilities.sharesAddresses) return 'not applicable';
    const other = await trial.secondHost();
    const ran = new Map<Transport, unknown[]>([
      [trial.transport, []],
      [other, []],
    ]);
    for (const [host, mine] of ran) {
      await trial.serve(
        trial.requests,
        async (data) => {
          mine.push(data);
          await turns(3);
          return data;
        },
        host,
      );
    }
    const all = await trial.settled(
      'all requests',
      Promise.all(Array.from({ length: REQUESTS }, (_, nth) => trial.request(nth))),
    );
    strictEqual(all.error, undefined);
    await turns(5);
    const handled = [...ran.values()].flat();
    deepStrictEqual(
      handled.map(Number).toSorted((one, another) => one - another),
      Array.from({ length: REQUESTS }, (_, nth) => nth),
    );
    ok(
      [...ran.values()].every((mine) => mine.length > 0),
      'one host handled nothing',
    );
    return undefined;
  },
};

const SUBJECTS = ['a', 'b', 'c'];
const EACH = 10;

const takeover: Obligation = {
  id: 'takeover-keeps-order',
  promise:
    'When the host that has a subscription dies in the middle, another one that waits takes over: nothing is lost and each subject keeps its order.',
  needs: ['another', 'crash'],
  async run(trial) {
    const at = trial.subscription('watch');
    const dead = trial.gate();
    const handled: string[] = [];
    let crashed = false;
    const handle = async ({ subject = '', data }: Envelope, first: boolean): Promise<void> => {
      await turns(1 + (Number(data) % 3));
      // A dead host does nothing any more; the code of this one has nobody to stop it.
      if (first && crashed) await dead.opened;
      else handled.push(`${subject} ${String(data)}`);
    };
    const [first, second] = [await trial.secondHost(), await trial.secondHost()];
    await first.listen(at, ({ envelope }) => handle(envelope, true));
    await second.listen(at, ({ envelope }) => handle(envelope, false));
    await trial.sendUntilTaken(
      Array.from({ length: EACH }, (_, nth) => SUBJECTS.map((subject) => trial.event(subject, nth))).flat(),
      at,
    );
    await trial.until('some are handled', () => handled.length >= 6);
    crashed = true;
    await trial.fault('crash')(first);
    await trial.until('all are handled', () => firsts(handled).length === SUBJECTS.length * EACH);
    for (const subject of SUBJECTS) {
      deepStrictEqual(
        firsts(handled.filter((each) => each.startsWith(subject))),
        Array.from({ length: EACH }, (_, nth) => `${subject} ${nth}`),
      );
    }
  },
};

const acceptThenCrash: Obligation = {
  id: 'taken-then-crashed-comes-again',
  promise:
    'What a host had taken and not dealt with when it died comes to the next listener; a caller gets its answer, or OutcomeUnknownError and an answer when it asks again.',
  needs: ['another', 'crash'],
  async run(trial) {
    const at = trial.subscription('watch');
    const gate = trial.gate();
    const dying = await trial.secondHost();
    const taken = await trial.collect(at, () => gate.opened, dying);
    let started = 0;
    await trial.serve(
      trial.requests,
      async () => {
        started += 1;
        await gate.opened;
        return 'from the dead';
      },
      dying,
    );
    await trial.sendUntilTaken([trial.event('a', 1)], at);
    const asked = watch(trial.request(null));
    await trial.until('both are in hand', () => taken.arrived.length > 0 && started > 0);
    await trial.fault('crash')(dying);
    const { arrived } = await trial.collect(at);
    await trial.serve(trial.requests, () => 'from the living');
    await trial.until('the event comes again and the request ends', () => arrived.length > 0 && !asked.pending);
    if (asked.settled?.error !== undefined) {
      ok(asked.settled.error instanceof OutcomeUnknownError, `the request: ${said(asked.settled.error)}`);
      strictEqual(await trial.askUntilAnswered(null), 'from the living');
    } else {
      strictEqual(asked.settled?.value?.data, 'from the living');
    }
  },
};

export const replicaObligations: readonly Obligation[] = [compete, takeover, acceptThenCrash];
