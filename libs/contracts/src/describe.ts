import { z } from 'zod';
import type { Access } from './access.js';
import type { AnyContractClass } from './contracts-in.js';
import { personalPaths } from './personal.js';

/** A JSON Schema (draft 2020-12), as data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A contract as plain data: what the golden file holds and compatibility is judged on. */
export interface ContractDescription {
  readonly kind: 'command' | 'query' | 'event' | 'failure';
  readonly name: string;
  readonly version: number;
  /** The ordering key of an event. */
  readonly key?: string;
  readonly access?: readonly string[];
  readonly failures?: readonly string[];
  /** A failure's HTTP status. */
  readonly status?: number;
  readonly retryable?: boolean;
  /** Only of a failure that is not stored. */
  readonly kept?: false;
  readonly personal?: readonly string[];
  readonly input: JsonSchema;
  readonly output?: JsonSchema;
}

/** Describes a contract class. The same declaration yields the same description, on every host. */
export function describeContract({ contract }: AnyContractClass): ContractDescription {
  const { kind, name, version } = contract;
  switch (contract.kind) {
    case 'failure':
      return {
        kind,
        name,
        version,
        status: contract.status,
        retryable: contract.retryable,
        ...(contract.kept ? {} : { kept: false }),
        input: schemaOf(contract.data),
      };
    case 'event':
      return { kind, name, version, key: contract.key, input: schemaOf(contract.input) };
    default: {
      const personal = personalPaths(contract.input);
      return {
        kind,
        name,
        version,
        access: contract.access.map(accessName),
        ...(contract.failures.length > 0
          ? { failures: contract.failures.map((failed) => failed.contract.name).toSorted() }
          : {}),
        ...(personal.length > 0 ? { personal } : {}),
        input: schemaOf(contract.input),
        ...(contract.output === undefined ? {} : { output: schemaOf(contract.output) }),
      };
    }
  }
}

/** Descriptions of many contracts, sorted by name. */
export function describeContracts(classes: readonly AnyContractClass[]): readonly ContractDescription[] {
  return classes.map(describeContract).toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** `io: 'input'`: a field with a default may be left out by a writer. */
function schemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return { ...rest };
}

function accessName(rule: Access): string {
  if (rule.allow === 'role') return `role:${rule.role}`;
  if (rule.allow === 'service') return `service:${rule.service ?? '*'}`;
  return rule.allow;
}
