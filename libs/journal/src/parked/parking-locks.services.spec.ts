import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestContext, type TestContext } from '../testing/index.js';
import { testsRunOnServer } from '@isolith/postgres/testing';
import { CreateLetter, LetterHost, sold, writtenLetters } from '../testing/sample-letters.js';
import { SecondSession } from '../testing/second-session.js';
import { inboxValues } from '../handled/inbox-row.js';
import { parkedStatementsOf } from './parked-statements.js';
import { Parking } from './parking.js';

testsRunOnServer();

let mail: TestContext;
let host: LetterHost;
const failing = () => Promise.reject(new Error('no paper'));
const parked = async () => (await host.parked.list({ key: 'a' }, 100)).items.map(({ messageId }) => messageId);
const inboxRow = (messageId: string) => ({
  ...mail.journal.statements.complete,
  values: inboxValues({ consumer: 'letters', messageId, digest: null, outcome: null }),
});

beforeAll(async () => {
  mail = await openTestContext({ context: 'mail', migrations: [CreateLetter] });
});
beforeEach(async () => {
  await mail.unit.run(() =>
    mail.unit.execute(
      'TRUNCATE mail.letter, mail.inbox, mail.failing_event, mail.parked_message, mail.parked_sequence',
    ),
  );
  await (await LetterHost.start(mail, { react: failing })).deliver(sold('a', 1));
  host = await LetterHost.start(mail);
});
afterAll(() => mail.close());

describe('an event that comes while the last message of its key is being committed', () => {
  it.each([
    ['waits, and is handled behind it', 'COMMIT', ['a-2'], []],
    ['waits, and joins when that is rolled back', 'ROLLBACK', [], ['a-1', 'a-2']],
  ] as const)('%s', async (_, how, written, left) => {
    const replay = await SecondSession.begin(mail);
    for (const statement of new Parking(mail.journal).removing({ subscription: 'letters', key: 'a', messageId: 'a-1' }))
      await replay.execute(statement);
    await replay.execute(inboxRow('a-1'));
    const delivered = host.deliver(sold('a', 2));
    await replay.isWaitedFor();
    expect(host.runs).toEqual([]);
    await replay.end(how);
    await delivered;
    expect([await writtenLetters(mail), await parked()]).toEqual([written, left]);
  });
});

describe('the replay of the last message', () => {
  it.each([
    ['waits for who is joining, and goes on to it', 'COMMIT', ['a-1', 'a-2']],
    ['waits for who is joining, and clears the key when that comes to nothing', 'ROLLBACK', ['a-1']],
  ] as const)('%s', async (_, how, written) => {
    const joining = await SecondSession.begin(mail);
    await joining.execute({
      ...parkedStatementsOf('mail').join,
      values: ['letters', 'a', 'a-2', 'sales.sold', JSON.stringify(sold('a', 2))],
    });
    const replaying = host.parked.replaySequence('letters', 'a', 'admin');
    await joining.isWaitedFor();
    await joining.end(how);
    expect(await replaying).toEqual({ status: 'completed', replayed: written.length, left: 0 });
    expect([await writtenLetters(mail), await parked()]).toEqual([written, []]);
  });
});

describe('a discard while a late delivery is being committed', () => {
  it.each([
    ['waits, and finds it handled', 'COMMIT', 'handled'],
    ['waits, and discards it when that is rolled back', 'ROLLBACK', 'discarded'],
  ] as const)('%s', async (_, how, result) => {
    const late = await SecondSession.begin(mail);
    await late.execute(inboxRow('a-1'));
    const [entry] = (await host.parked.list({}, 1)).items;
    const discarding = host.parked.discard(entry?.id ?? '', 'admin');
    await late.isWaitedFor();
    await late.end(how);
    expect([await discarding, await parked()]).toEqual([result, []]);
  });
});

describe('parking an event whose replay is being committed elsewhere', () => {
  it('waits, and parks nothing that was handled', async () => {
    const replay = await SecondSession.begin(mail);
    for (const statement of new Parking(mail.journal).removing({ subscription: 'letters', key: 'a', messageId: 'a-1' }))
      await replay.execute(statement);
    await replay.execute(inboxRow('a-1'));
    const parking = new Parking(mail.journal).parkEvent(sold('a', 1), 'letters', 2, {
      type: 'Error',
      detail: 'no paper',
    });
    await replay.isWaitedFor();
    await replay.end('COMMIT');
    await parking;
    expect(await parked()).toEqual([]);
    await host.deliver(sold('a', 2));
    expect(host.runs).toEqual(['a-2']);
  });
});
