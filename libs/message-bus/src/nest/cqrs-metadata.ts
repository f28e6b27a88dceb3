import 'reflect-metadata';
import { isContractClass, type AnyEventClass, type MessageClass, type RequestContract } from '@isolith/contracts';

/**
 * Where the decorators of @nestjs/cqrs leave what they were given. The package doesn't export these names; the spec
 * beside this file fails when a new version of it uses others.
 */
const COMMAND_HANDLER = '__commandHandler__';
const QUERY_HANDLER = '__queryHandler__';
const EVENTS_HANDLER = '__eventsHandler__';
const SAGA = '__saga__';

/** What `@CommandHandler(X)` or `@QueryHandler(X)` names, if X has a contract. */
export function handledRequest(handler: object): MessageClass<RequestContract> | undefined {
  const target: unknown = Reflect.getMetadata(COMMAND_HANDLER, handler) ?? Reflect.getMetadata(QUERY_HANDLER, handler);
  return isRequestClass(target) ? target : undefined;
}

/** What `@EventsHandler(A, B)` names, or undefined for a class that is no events handler. */
export function handledEvents(handler: object): readonly unknown[] | undefined {
  const events: unknown = Reflect.getMetadata(EVENTS_HANDLER, handler);
  return Array.isArray(events) ? events : undefined;
}

/** The methods that `@Saga()` stands on, by name. */
export function sagaMethods(provider: object): readonly string[] {
  const methods: unknown = Reflect.getMetadata(SAGA, provider);
  return Array.isArray(methods) ? methods.map(String) : [];
}

export function isRequestClass(value: unknown): value is MessageClass<RequestContract> {
  return isContractClass(value) && (value.contract.kind === 'command' || value.contract.kind === 'query');
}

export function isEventClass(value: unknown): value is AnyEventClass {
  return isContractClass(value) && value.contract.kind === 'event';
}
