import type { JSX } from 'preact';
import type { Contract } from '../../api/answers/contracts.js';
import { Filters } from '../../lists/filters.js';
import { VirtualTable, type Column } from '../../lists/virtual-table.js';
import { Badge, type Tone } from '../../parts/badge.js';
import { hrefOf } from '../../routing/route.js';

const TONES: Readonly<Record<Contract['kind'], Tone>> = { command: 'busy', query: 'quiet', event: 'good' };
const COLUMNS: readonly Column<Contract>[] = [
  { name: 'Contract', cell: ({ name }) => name },
  { name: 'Kind', cell: ({ kind }) => <Badge tone={TONES[kind]}>{kind}</Badge> },
  { name: 'Version', cell: ({ version }) => version, number: true, wide: true },
  { name: 'Used by', cell: ({ usedBy }) => usedBy.join(', '), wide: true },
];

interface Properties {
  readonly contracts: readonly Contract[];
  readonly query: Readonly<Record<string, string>>;
}

export function ContractList({ contracts, query }: Properties): JSX.Element {
  const { name = '', kind, context } = query;
  const words = name.toLowerCase();
  const fitting = contracts.filter(
    (one) =>
      one.name.toLowerCase().includes(words) &&
      (kind === undefined || one.kind === kind) &&
      (context === undefined || one.context === context),
  );
  const contexts = [...new Set(contracts.map((one) => one.context))].toSorted();
  return (
    <>
      <Filters
        at={['contracts']}
        query={query}
        fields={[
          { name: 'name', label: 'Name' },
          { name: 'kind', label: 'Kind', options: ['command', 'query', 'event'] },
          { name: 'context', label: 'Context', options: contexts },
        ]}
      />
      {fitting.length === 0 ? (
        <p class="empty">No contract fits.</p>
      ) : (
        <VirtualTable
          caption="Contracts"
          rows={fitting}
          keyOf={(one) => one.name}
          href={(one) => hrefOf(['contracts', one.name])}
          columns={COLUMNS}
        />
      )}
    </>
  );
}
