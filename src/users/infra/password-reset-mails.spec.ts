import { NotDeliveredError, OutcomeUnknownError } from '@isolith/contracts';
import { UnitOfWork } from '@isolith/journal';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { until } from '@isolith/message-bus/testing';
import { describe, expect, it } from '@jest/globals';
import { ConsoleLogger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { PasswordResetMails } from './password-reset-mails.js';
import { PasswordResets } from './password-resets.js';

/** With a channel that answers when it is told to. */
async function mailsOver(answer: () => Promise<void> = async () => undefined) {
  const [sent, takenBack, draining] = [new Array<string>(), new Array<string>(), new AbortController()];
  const gate = Promise.withResolvers<void>();
  const mail = async (token: string): Promise<void> => {
    sent.push(token);
    await gate.promise;
    await answer();
  };
  const takeBack = async (token: string): Promise<void> => void takenBack.push(token);
  const module = await Test.createTestingModule({
    providers: [
      PasswordResetMails,
      { provide: UnitOfWork, useValue: { run: (work: () => Promise<void>) => work() } },
      { provide: PasswordResets, useValue: { takeBack } },
      { provide: HostLifecycle, useValue: { join: () => undefined, draining: draining.signal } },
    ],
  })
    .setLogger(new ConsoleLogger({ logLevels: [] }))
    .compile();
  const mails = module.get(PasswordResetMails);
  const send = (token: string): Promise<void> => mails.send('a user', token, () => mail(token));
  return { mails, send, sent, takenBack, draining, answerNow: gate.resolve };
}

/** What has settled by the time that anything which waits for nothing has. */
const isSettled = async (work: Promise<unknown>): Promise<boolean> => {
  const none = Symbol('none');
  return (await Promise.race([work, new Promise((resolve) => setImmediate(() => resolve(none)))])) !== none;
};

describe('a mail with a token for a new password', () => {
  it('is sent behind the answer to who asked', async () => {
    const { send, sent, answerNow } = await mailsOver();
    await send('a token');
    expect(sent).toEqual([]);
    await until(() => sent.length === 1);
    expect(sent).toEqual(['a token']);
    answerNow();
  });

  it.each([
    ['was not sent, so its token is taken back', new NotDeliveredError('nobody is there'), ['a token']],
    ['may have arrived, so its token counts', new OutcomeUnknownError('no answer'), []],
  ])('%s', async (_, error, takenBack) => {
    const mailed = await mailsOver(() => Promise.reject(error));
    await mailed.send('a token');
    mailed.answerNow();
    await mailed.mails.drain(new AbortController().signal);
    expect(mailed.takenBack).toEqual(takenBack);
  });

  it('is waited for by a host that stops, and not for longer than it has', async () => {
    const { mails, send, sent, draining, answerNow } = await mailsOver();
    await send('a token');
    const drained = mails.drain(new AbortController().signal);
    await until(() => sent.length === 1);
    expect(await isSettled(drained)).toBe(false);
    const grace = new AbortController();
    const cutOff = mails.drain(grace.signal);
    grace.abort();
    await cutOff;
    draining.abort();
    const late = send('another token');
    await until(() => sent.length === 2);
    expect(await isSettled(late)).toBe(false);
    answerNow();
    await Promise.all([drained, late]);
  });
});
