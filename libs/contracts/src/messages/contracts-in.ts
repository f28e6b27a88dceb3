import { Failure, type AnyFailureClass } from './failure.js';
import type { EventContract, MessageClass, RequestContract } from './message.js';

/** A class made by `command()`, `query()`, `event()` or `failure()`, whatever it declares. */
export type AnyContractClass = MessageClass | AnyFailureClass;

/** Whether a value is a class made by command(), query(), event() or failure(). */
export function isContractClass(value: unknown): value is AnyContractClass {
  return (
    typeof value === 'function' &&
    'contract' in value &&
    typeof value.contract === 'object' &&
    value.contract !== null &&
    'kind' in value.contract
  );
}

/** The contract of a message instance, or undefined for a plain cqrs message. */
export function contractOf(message: object): RequestContract | EventContract | undefined {
  if (message instanceof Failure || !isContractClass(message.constructor)) return undefined;
  const { contract } = message.constructor;
  return contract.kind === 'failure' ? undefined : contract;
}

/** All contract classes that a `<context>.contract.ts` exports: `contractsIn(await import('./orders.contract.js'))`. */
export function contractsIn(module: Readonly<Record<string, unknown>>): readonly AnyContractClass[] {
  return Object.values(module).filter(isContractClass);
}
