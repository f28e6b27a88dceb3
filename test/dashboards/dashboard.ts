import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
  type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATA_SOURCE, type series, type stat } from './panels.js';

/** By which the dashboards of a shop find one another. */
const TAG = 'isolith';

/** What a dashboard is made of. */
export interface DashboardSpec {
  /** Of its file, and of its address in Grafana. */
  readonly name: string;
  readonly title: string;
  /** Which question it answers. */
  readonly description: string;
  /** Whether it shows one host, which whoever looks chooses. */
  readonly ofOneHost?: true;
  readonly panels: readonly (ReturnType<typeof series> | ReturnType<typeof stat>)[];
}

const choice = (name: string, label: string, query: string): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATA_SOURCE)
    .query(query)
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);

/** As Grafana imports it. */
export function dashboardOf({ name, title, description, ofOneHost, panels }: DashboardSpec): Dashboard {
  const builder = new DashboardBuilder(`Isolith: ${title}`)
    .uid(`isolith-${name}`)
    .description(description)
    .tags([TAG])
    .readonly()
    .timezone('browser')
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder('Isolith')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    )
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .withVariable(choice('job', 'Installation', 'label_values(hosts_seen, job)'));
  if (ofOneHost) builder.withVariable(choice('instance', 'Host', 'label_values(hosts_seen{job="$job"}, instance)'));
  for (const panel of panels) builder.withPanel(panel);
  const built = builder.build();
  return { ...built, panels: (built.panels ?? []).map((panel, place) => ({ ...panel, id: place + 1 })) };
}
