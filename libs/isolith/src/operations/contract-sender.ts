import { Failure, IsolithError, type MessageClass, type RequestContract } from '@isolith/contracts';
import { MessageRouter, withOptions } from '@isolith/message-bus';
import { BadRequestException, Inject, Injectable, NotFoundException } from '@nestjs/common';
import type { HostConfig } from '../config/host-config.js';
import { HOST_CONFIG } from '../config/tokens.js';
import { sendingMessagesOf } from './sending-messages.js';

/** How a message ended that somebody sent by hand; `thrown` is a Failure or an IsolithError. */
export type SentByHand =
  | { readonly outcome: 'answered'; readonly output?: unknown }
  | { readonly outcome: 'failed'; readonly thrown: Failure | IsolithError };

/**
 * Sends commands and queries by their name, as whoever makes the request: the context that handles them checks them and
 * him, as it does with what a route sends. That context first writes down who sends what; where it can not, nothing is
 * sent.
 */
@Injectable()
export class ContractSender {
  readonly #contracts: ReadonlyMap<string, { readonly message: Sendable | undefined; readonly context: string }>;

  constructor(
    @Inject(HOST_CONFIG) { application }: HostConfig,
    private readonly router: MessageRouter,
  ) {
    this.#contracts = new Map(
      application.contexts.flatMap(({ name: context, contracts }) =>
        contracts.map((one) => [one.contract.name, { context, message: isSendable(one) ? one : undefined }] as const),
      ),
    );
  }

  /**
   * @param id of the message: a command that is sent twice under one id has its effect once
   * @throws {NotFoundException} for a name that no contract has
   * @throws {BadRequestException} for what nobody sends: events and failures
   */
  async send(name: string, input: Readonly<Record<string, unknown>>, id: string): Promise<SentByHand> {
    const found = this.#contracts.get(name);
    if (found === undefined) throw new NotFoundException(`there is no contract ${name}`);
    const { context, message } = found;
    if (message === undefined)
      throw new BadRequestException(`${name} is no command and no query: nobody sends it but ${context} itself`);
    const { NoteSending } = sendingMessagesOf(context);
    try {
      await this.router.send(new NoteSending({ contract: name, id }));
      const made: object = Reflect.construct(message, [input]);
      const output: unknown = await this.router.send(withOptions(made, { id }));
      return { outcome: 'answered', ...(output === undefined ? {} : { output }) };
    } catch (thrown) {
      if (thrown instanceof Failure || thrown instanceof IsolithError) return { outcome: 'failed', thrown };
      throw thrown;
    }
  }
}

type Sendable = MessageClass<RequestContract>;

const isSendable = (one: HostConfig['application']['contexts'][number]['contracts'][number]): one is Sendable =>
  one.contract.kind === 'command' || one.contract.kind === 'query';
