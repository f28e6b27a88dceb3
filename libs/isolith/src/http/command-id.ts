import { randomUUID } from 'node:crypto';
import { ContractViolationError } from '@isolith/contracts';
import { derivedId } from '@isolith/message-bus';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { identityOf } from './identity.js';

const HEADER = 'Idempotency-Key';
/** 1 to 200 visible ASCII characters. */
export const KEY = /^[\x21-\x7e]{1,200}$/;

/** What `@CommandId()` asks of a request. */
export interface CommandIdOptions {
  /** Without the header the request is refused; otherwise it gets a random id. */
  readonly required?: boolean;
}

interface IdentifiedRequest {
  /** The user's id; undefined for an anonymous request. */
  readonly user: string | undefined;
  /**
   * For an anonymous request a digest of all that it sends, secrets included, which nobody can make without a key of
   * the host's: strangers are told apart by nothing else.
   */
  readonly sent?: string;
  /** Method and path pattern: `POST /v1/orders`. */
  readonly route: string;
  readonly key: string | readonly string[] | undefined;
}

/**
 * The id of the command that a request sends. The same subject, route and key always yield the same id, so a repeated
 * request is the same command. Of strangers what they send has to be the same, too: else a key that somebody else has
 * used would answer with what is his. Throws ContractViolationError naming the header when the key is missing or not
 * one.
 */
export function commandIdOf(
  { user, sent, route, key }: IdentifiedRequest,
  { required = false }: CommandIdOptions = {},
): string {
  if (key === undefined) {
    if (!required) return randomUUID();
    throw refused('is required, so that a repeated request has no second effect');
  }
  if (typeof key !== 'string' || !KEY.test(key))
    throw refused('must be 1 to 200 visible ASCII characters without spaces');
  // A user's id is never empty, so no user shares ids with the anonymous.
  return derivedId(user ?? '', JSON.stringify(user === undefined ? [route, key, sent] : [route, key]));
}

function refused(detail: string): ContractViolationError {
  return new ContractViolationError(`${HEADER} ${detail}`, [
    { pointer: `/headers/${HEADER}`, detail: `${HEADER} ${detail}` },
  ]);
}

const commandIdParameter = createParamDecorator(
  (options: CommandIdOptions | undefined, context: ExecutionContext): string => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const route = `${request.method} ${request.routeOptions.url ?? request.url}`;
    const { principal, digest } = identityOf(request);
    const key = request.headers['idempotency-key'];
    const isStranger = principal.user === undefined && key !== undefined;
    const sent = isStranger ? { sent: digest(JSON.stringify([request.body, request.url])) } : {};
    return commandIdOf({ user: principal.user, route, key, ...sent }, options);
  },
);

/** On a controller, by method: how it takes the header, for who describes the route. */
const COMMAND_ID = Symbol('isolith.command-id');

/** Route parameter: the command's id, to be sent with `withOptions(command, { id })`. */
export const CommandId =
  (options: CommandIdOptions = {}): ParameterDecorator =>
  (controller, method, index) => {
    if (method !== undefined) Reflect.defineMetadata(COMMAND_ID, options, controller, method);
    commandIdParameter(options)(controller, method, index);
  };

const declared = z.object({ required: z.boolean().default(false) });

/** How a route takes the header; undefined when it does not look at it. */
export function commandIdOptionsOf(controller: object, method: string): CommandIdOptions | undefined {
  const options: unknown = Reflect.getMetadata(COMMAND_ID, controller, method);
  return options === undefined ? undefined : declared.parse(options);
}
