import { deepStrictEqual, ok } from 'node:assert/strict';
import { NotDeliveredError, OutcomeUnknownError } from '@isolith/contracts';
import { HandedBackError } from '../../transport/handed-back.js';
import type { Delivery } from '../../transport/transport.js';
import type { Obligation } from '../obligation.js';
import { firsts, said } from '../trial.js';

const unable = async ({ envelope }: Delivery): Promise<never> => {
  throw new HandedBackError('kit', 'version', `${envelope.type} is of another version`);
};

const REQUESTS = 12;

const requestGoesOn: Obligation = {
  id: 'a-request-that-is-handed-back-reaches-another',
  promise:
    'Of two hosts that listen at one address one hands everything back: each request is answered by the other, without being asked again.',
  needs: ['another'],
  async run(trial) {
    if (!trial.transport.capabilities.sharesAddresses) return 'not applicable';
    const [other, asker] = [await trial.secondHost(), await trial.secondHost()];
    for (const at of [trial.requests, trial.queries]) {
      let handedBack = 0;
      await trial.transport.listen(at, (delivery) => ((handedBack += 1), unable(delivery)));
      await trial.serve(at, (data) => data, other);
      const answers: unknown[] = [];
      for (let nth = 0; nth < REQUESTS; nth += 1) {
        const { value, error } = await trial.settled('a request', trial.request(nth, { to: at, by: asker }));
        answers.push(error === undefined ? value?.data : said(error));
      }
      deepStrictEqual(
        answers,
        Array.from({ length: REQUESTS }, (_, nth) => nth),
      );
      ok(handedBack > 0, 'the host that hands back was never asked, so nothing was tried');
    }
    return undefined;
  },
};

const requestIsTold: Obligation = {
  id: 'a-request-that-all-hand-back-is-told',
  promise:
    'A request that every listener hands back ends at once with NotDeliveredError or OutcomeUnknownError; it does not go round until its caller gives up.',
  async run(trial) {
    await trial.transport.listen(trial.requests, unable);
    const { error } = await trial.settled('a request that nobody can serve', trial.request(null));
    ok(error instanceof NotDeliveredError || error instanceof OutcomeUnknownError, `rejected with ${said(error)}`);
  },
};

const HANDED_BACK = 3;

const eventWaits: Obligation = {
  id: 'an-event-that-is-handed-back-waits',
  promise:
    'An event that its only listener hands back comes again until it is taken; later events of its subject wait for it, those of others go on.',
  async run(trial) {
    const at = trial.subscription('watch');
    const handled: string[] = [];
    let attempts = 0;
    await trial.collect(at, async (delivery) => {
      const { subject = '', data } = delivery.envelope;
      if (subject === 'a' && data === 0) {
        attempts += 1;
        // The last attempt comes after the other subject is through, whoever sends again meanwhile.
        if (attempts <= HANDED_BACK || !handled.includes('b 2')) return unable(delivery);
      }
      handled.push(`${subject} ${String(data)}`);
      return undefined;
    });
    const sends = ['a', 'b'].map((subject) =>
      trial.sendUntilTaken(
        [0, 1, 2].map((nth) => trial.event(subject, nth)),
        at,
      ),
    );
    const { error } = await trial.settled('all sends', Promise.all(sends));
    deepStrictEqual(error, undefined);
    await trial.until('everything is handled', () => firsts(handled).length === 6);
    ok(attempts > HANDED_BACK, 'the event was not tried again');
    deepStrictEqual(firsts(handled), ['b 0', 'b 1', 'b 2', 'a 0', 'a 1', 'a 2']);
  },
};

const SUBJECTS = ['a', 'b', 'c'];
const EACH = 5;

const eventGoesOn: Obligation = {
  id: 'an-event-that-is-handed-back-reaches-another',
  promise:
    'When the host that has a subscription hands its events back, another one that listens gets them, in the order of their subjects.',
  needs: ['another'],
  async run(trial) {
    if (!trial.transport.capabilities.sharesAddresses) return 'not applicable';
    const at = trial.subscription('watch');
    await trial.transport.listen(at, unable);
    const handled: string[] = [];
    const other = await trial.secondHost();
    await other.listen(at, async ({ envelope: { subject = '', data } }) => {
      handled.push(`${subject} ${String(data)}`);
    });
    await trial.sendUntilTaken(
      Array.from({ length: EACH }, (_, nth) => SUBJECTS.map((subject) => trial.event(subject, nth))).flat(),
      at,
    );
    await trial.until('all are handled', () => firsts(handled).length === SUBJECTS.length * EACH);
    for (const subject of SUBJECTS) {
      deepStrictEqual(
        firsts(handled.filter((each) => each.startsWith(subject))),
        Array.from({ length: EACH }, (_, nth) => `${subject} ${nth}`),
      );
    }
    return undefined;
  },
};

export const handBackObligations: readonly Obligation[] = [requestGoesOn, requestIsTold, eventWaits, eventGoesOn];
