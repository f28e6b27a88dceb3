import {
  type AnyContractClass,
  checkAccess,
  delegatePrincipal,
  describeContract,
  GATEWAY,
  type Principal,
} from '@isolith/contracts';
import { type ReadResourceResult, type Resource, ResourceNotFoundError } from '@modelcontextprotocol/server';

/** A text that every signed-in user may read. */
export interface McpDocument {
  /** `refunds`: becomes `isolith://documents/refunds`. Letters, digits, `_` and `-`. */
  readonly name: string;
  readonly title: string;
  readonly mimeType: 'text/markdown' | 'text/plain' | 'application/json';
  readonly text: () => Promise<string>;
}

interface Offered {
  readonly told: Resource;
  readonly mayRead: (user: Principal) => boolean;
  readonly text: () => Promise<string>;
}

const CONTRACTS = 'isolith://contracts/';
const DOCUMENTS = 'isolith://documents/';
const NAME = /^[\w-]{1,64}$/;

/** What clients may read: of each contract that their user may send what it takes and answers, and documents. */
export class ResourceService {
  readonly #offered: ReadonlyMap<string, Offered>;

  /** Throws for documents whose names are none, or are not their own. */
  constructor(contracts: readonly AnyContractClass[], documents: readonly McpDocument[]) {
    const names = documents.map(({ name }) => name);
    const wrong = names.filter((name, index) => !NAME.test(name) || names.indexOf(name) !== index);
    if (wrong.length > 0) throw new Error(`MCP: documents need names of their own: ${wrong.join(', ')}`);
    const offered = [...contracts.flatMap(contractResource), ...documents.map(documentResource)];
    this.#offered = new Map(offered.map((one) => [one.told.uri, one]));
  }

  /** Those that this user may read. */
  list(user: Principal): Resource[] {
    return [...this.#offered.values()].filter(({ mayRead }) => mayRead(user)).map(({ told }) => told);
  }

  /** Throws ResourceNotFoundError for one that there is not, or not for this user. */
  async read(uri: string, user: Principal): Promise<ReadResourceResult> {
    const one = this.#offered.get(uri);
    if (one?.mayRead(user) !== true) throw new ResourceNotFoundError(uri);
    const { mimeType } = one.told;
    return { contents: [{ uri, text: await one.text(), ...(mimeType === undefined ? {} : { mimeType }) }] };
  }
}

function contractResource(contract: AnyContractClass): readonly Offered[] {
  const { kind, name } = contract.contract;
  if (contract.contract.kind !== 'command' && contract.contract.kind !== 'query') return [];
  const { access } = contract.contract;
  let text: string | undefined;
  return [
    {
      told: { uri: CONTRACTS + name, name, title: `${kind} ${name}`, mimeType: 'application/json' },
      mayRead: (user) => ['granted', 'own'].includes(checkAccess(access, delegatePrincipal(GATEWAY, user))),
      // Made when it is asked for first.
      text: () => Promise.resolve((text ??= JSON.stringify(describeContract(contract), undefined, 2))),
    },
  ];
}

const documentResource = ({ name, title, mimeType, text }: McpDocument): Offered => ({
  told: { uri: DOCUMENTS + name, name, title, mimeType },
  mayRead: ({ user }) => user !== undefined,
  text,
});
