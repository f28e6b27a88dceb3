import { describe, expect, it } from '@jest/globals';
import { anyone, command, NotDeliveredError, OutcomeUnknownError } from '@isolith/contracts';
import { z } from 'zod';
import { handle, OverTheWire } from '../testing/fixtures/hosts.js';
import { MessageRouter } from '../routing/router.js';

class Outer extends command('front.ask', { input: z.object({}), access: [anyone()] }) {}
class Inner extends command('back.do', { input: z.object({}), access: [anyone()] }) {}

/** Whoever waits until a deadline does not come to an end here. */
const FOR_EVER_MS = 10 * 60_000;
const AWAY = 'no host of it has been heard of for 8 s';

/** The contexts front and back on hosts of their own, and a third one that asks. */
async function threeHosts(run: () => Promise<void> = async () => undefined) {
  const wire = new OverTheWire();
  const host = (...here: readonly string[]) =>
    new MessageRouter({ placement: { here }, remote: wire, requestTimeoutMs: FOR_EVER_MS, onError: () => undefined });
  const [front, back, asker] = [host('front'), host('back'), host('none')];
  let runs = 0;
  handle(front, Outer, () => front.send(new Inner({})));
  handle(back, Inner, () => {
    runs += 1;
    return run();
  });
  await front.listenToOthers();
  await back.listenToOthers();
  return { front, back, asker, runs: () => runs };
}

describe('a context that is known to be away', () => {
  it('is sent nothing: its caller is told at once, and so is the caller of that one', async () => {
    const { front, asker, runs } = await threeHosts();
    let isAway = true;
    const outage = (context: string) => (context === 'back' && isAway ? AWAY : undefined);
    front.useOutage(outage);
    asker.useOutage(outage);
    for (const message of [new Inner({}), new Outer({})]) {
      const refused = asker.send(message);
      await expect(refused).rejects.toBeInstanceOf(NotDeliveredError);
      await expect(refused).rejects.toMatchObject({ lasting: true, retryable: true });
      await expect(refused).rejects.toThrow(`back.do was not sent: ${AWAY}`);
    }
    expect(runs()).toBe(0);
    isAway = false;
    await asker.send(new Outer({}));
    expect(runs()).toBe(1);
  });

  it('is named by an earlier attempt that may have run: its outcome is unknown', async () => {
    let isAway = false;
    const { asker } = await threeHosts(async () => {
      isAway = true;
      throw new OutcomeUnknownError('the connection was lost');
    });
    asker.useOutage(() => (isAway ? AWAY : undefined));
    await expect(asker.send(new Inner({}))).rejects.toThrow(new OutcomeUnknownError('the connection was lost'));
  });
});

describe('a context whose host knows that it gets nothing done', () => {
  it('is asked once, and not until the deadline', async () => {
    const { back, asker, runs } = await threeHosts(async () => {
      throw new OutcomeUnknownError('the connection to the database could not be made');
    });
    back.useOutage(() => 'its database has not answered for 8 s');
    await expect(asker.send(new Outer({}))).rejects.toMatchObject({ code: 'outcome-unknown', lasting: true });
    expect(runs()).toBe(1);
  });

  it('answers as always where it needs nothing that is away', async () => {
    const { back, asker } = await threeHosts();
    back.useOutage(() => 'its database has not answered for 8 s');
    await expect(asker.send(new Outer({}))).resolves.toBeUndefined();
  });
});
