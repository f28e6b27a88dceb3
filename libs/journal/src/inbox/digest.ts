import { hash } from 'node:crypto';
import { secretFields, type RequestContract } from '@isolith/contracts';

const secrets = new WeakMap<RequestContract, readonly string[]>();

/**
 * SHA-256 over the command's name and its input as canonical JSON (keys sorted). Fields with a `secret()` mark are left
 * out: a password must not be guessable from what is stored.
 */
export function digestOf(contract: RequestContract, input: unknown): string {
  const left = typeof input === 'object' && input !== null ? withoutSecrets(contract, input) : input;
  return hash('sha256', canonical([contract.name, left]), 'hex');
}

function withoutSecrets(contract: RequestContract, input: object): object {
  let fields = secrets.get(contract);
  if (fields === undefined) secrets.set(contract, (fields = secretFields(contract.input)));
  const known = fields;
  return known.length === 0
    ? input
    : Object.fromEntries(Object.entries(input).filter(([name]) => !known.includes(name)));
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(',')}}`;
}
