import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { contracts } from '../../api/answers/contracts.js';
import { told } from '../../api/problem.js';
import { useConsole } from '../../console.js';
import { useAnswer } from '../../lists/use-answer.js';
import { Trouble } from '../../parts/asked.js';
import { Page } from '../../parts/page.js';
import { useStore } from '../../store.js';
import { HostTable } from './host-table.js';
import { distinct, statedLinks } from './known-links.js';
import { LinkTable } from './link-table.js';
import { layoutOf, linkKey } from './map-layout.js';
import { mapOf } from './map-model.js';
import { ShopMap } from './shop-map.js';
import { TrafficChart } from './traffic-chart.js';

/** What the whole shop does now: contexts, who hosts them, and what goes between them. */
export function MapPage(): JSX.Element {
  const { live, client } = useConsole();
  const seen = useStore(live.seen);
  const [chosen, setChosen] = useState<string>();
  const asked = useAnswer('contracts', (signal) => client.get('contracts', contracts, signal));
  const stated = useMemo(() => statedLinks(asked.value?.items ?? []), [asked.value]);
  const model = useMemo(
    () => (seen === undefined ? undefined : mapOf(seen, distinct([...stated, ...live.history.links()]))),
    [seen, stated, live],
  );
  const shape = model && JSON.stringify([model.contexts.map(({ name }) => name), model.links.map(linkKey).toSorted()]);
  const layout = useMemo(() => model && layoutOf(model), [shape]);
  if (model === undefined || layout === undefined || seen === undefined)
    return (
      <Page title="Map">
        <p class="quiet">Waiting for the host to tell what there is …</p>
      </Page>
    );
  const link = model.links.find((one) => linkKey(one) === chosen);
  return (
    <Page title="Map">
      {asked.error !== undefined && <Trouble text={told(asked.error)} again={asked.reload} />}
      <ShopMap model={model} layout={layout} chosen={chosen} />
      <h2>{link === undefined ? 'All that goes between contexts' : `${link.from} to ${link.to}`}</h2>
      <TrafficChart link={chosen} at={seen.at} />
      <LinkTable links={model.links} chosen={chosen} onChoose={setChosen} />
      <h2>Hosts</h2>
      <HostTable hosts={seen.hosts} />
    </Page>
  );
}
