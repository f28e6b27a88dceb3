import { z } from 'zod';
import type { Access } from '../messages/access.js';
import type { AnyContractClass } from '../messages/contracts-in.js';
import { personalPaths } from '../schema/personal.js';

/** A JSON Schema (draft 2020-12), as data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A contract as plain data: what the golden file holds and compatibility is judged on. */
export interface ContractDescription {
  readonly kind: 'command' | 'query' | 'event' | 'failure';
  readonly name: string;
  readonly version: number;
  /** The ordering key of an event. */
  readonly key?: string;
  /** The former versions of an event that it reads, by an upcaster from each. */
  readonly upcasters?: readonly number[];
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
        input: jsonSchemaOf(contract.data),
      };
    case 'event': {
      const upcasters = contract.upcasters.map(({ from }) => from).toSorted((a, b) => a - b);
      return {
        kind,
        name,
        version,
        key: contract.key,
        ...(upcasters.length > 0 ? { upcasters } : {}),
        input: jsonSchemaOf(contract.input),
      };
    }
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
        input: jsonSchemaOf(contract.input),
        ...(contract.output === undefined ? {} : { output: jsonSchemaOf(contract.output) }),
      };
    }
  }
}

/** Descriptions of many contracts, sorted by name. */
export function describeContracts(classes: readonly AnyContractClass[]): readonly ContractDescription[] {
  return classes.map(describeContract).toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The JSON Schema of what a writer gives: a field with a default may be left out. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return { ...rest };
}

function accessName(rule: Access): string {
  if (rule.allow === 'role') return `role:${rule.role}`;
  if (rule.allow === 'service') return `service:${rule.service ?? '*'}`;
  return rule.allow;
}
