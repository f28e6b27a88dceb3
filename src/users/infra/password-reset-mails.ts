import { setImmediate as nextTurn } from 'node:timers/promises';
import { OutcomeUnknownError } from '@isolith/contracts';
import { UnitOfWork } from '@isolith/journal';
import { currentScope, runAs } from '@isolith/message-bus';
import { HostLifecycle, type HostParticipant } from '@isolith/message-bus/nest';
import { Injectable, Logger } from '@nestjs/common';
import { users } from '../users.context.js';
import { PasswordResets } from './password-resets.js';

/**
 * Mails tokens for new passwords behind the answer to who asked: how long that takes, or whether it works, would tell
 * that there is an account. A token that was not sent is forgotten, so that its owner can ask again at once; a host
 * that stops waits for what it has begun.
 */
@Injectable()
export class PasswordResetMails implements HostParticipant {
  readonly name = 'mails with tokens for new passwords';
  private readonly log = new Logger('users');
  readonly #underWay = new Set<Promise<void>>();

  constructor(
    private readonly unit: UnitOfWork,
    private readonly resets: PasswordResets,
    private readonly host: HostLifecycle,
  ) {
    host.join(this);
  }

  /**
   * Has `mail` send the token. Never rejects. Resolves before it is sent; in a host that stops, which waits for those
   * who wait, behind that.
   */
  async send(userId: string, token: string, mail: () => Promise<void>): Promise<void> {
    const { correlationId } = currentScope() ?? {};
    const sent = nextTurn().then(() =>
      runAs(users.name, () => this.#send(userId, token, mail), correlationId === undefined ? {} : { correlationId }),
    );
    this.#underWay.add(sent);
    const done = sent.finally(() => this.#underWay.delete(sent));
    if (this.host.draining.aborted) await done;
  }

  async drain(signal: AbortSignal): Promise<void> {
    const { promise: isOver, resolve: end } = Promise.withResolvers<void>();
    if (signal.aborted) end();
    else signal.addEventListener('abort', () => end(), { once: true });
    await Promise.race([Promise.all(this.#underWay), isOver]);
  }

  async #send(userId: string, token: string, mail: () => Promise<void>): Promise<void> {
    try {
      await mail();
    } catch (err) {
      this.log.warn({
        message: 'a token for a new password could not be sent; its owner has to ask again',
        userId,
        err,
      });
      // It may have arrived: then it counts.
      if (!(err instanceof OutcomeUnknownError)) await this.#forget(userId, token);
    }
  }

  async #forget(userId: string, token: string): Promise<void> {
    try {
      await this.unit.run(() => this.resets.takeBack(token));
    } catch (err) {
      this.log.warn({ message: 'a token that was not sent is still there: no other one is for a minute', userId, err });
    }
  }
}
