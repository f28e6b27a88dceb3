import type { JSX } from 'preact';
import { contracts } from '../../api/answers/contracts.js';
import { useConsole } from '../../console.js';
import { useAnswer } from '../../lists/use-answer.js';
import { Answered } from '../../parts/asked.js';
import { Page } from '../../parts/page.js';
import { hrefOf } from '../../routing/route.js';
import type { PageProperties } from '../../shell/pages.js';
import { ContractList } from './contract-list.js';
import { ContractView } from './contract-view.js';

/** What contexts can be asked, and what they tell. */
export function ContractPages({ route }: PageProperties): JSX.Element {
  const { client } = useConsole();
  const asked = useAnswer('contracts', (signal) => client.get('contracts', contracts, signal));
  const [, name] = route.parts;
  if (name === undefined)
    return (
      <Page title="Contracts">
        <Answered asked={asked}>{({ items }) => <ContractList contracts={items} query={route.query} />}</Answered>
      </Page>
    );
  return (
    <Page title={name} up={{ href: hrefOf(['contracts']), name: 'Contracts' }}>
      <Answered asked={asked}>
        {({ items }) => {
          const found = items.find((one) => one.name === name);
          return found === undefined ? (
            <p class="empty">There is no such contract.</p>
          ) : (
            <ContractView contract={found} />
          );
        }}
      </Answered>
    </Page>
  );
}
