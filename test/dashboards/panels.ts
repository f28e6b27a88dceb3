import {
  BigValueGraphMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as SeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** The variable by which whoever looks chooses a Prometheus: no identifier of one is in a file. */
export const DATA_SOURCE = { type: 'prometheus', uid: '${datasource}' };

/** Units of Grafana that are used here. */
type Unit = 'short' | 's' | 'reqps' | 'ops' | 'percentunit' | 'bytes' | 'none';

/** What a panel shows. */
export interface PanelSpec {
  readonly title: string;
  /** What it says of the shop, and what to do about it. */
  readonly description: string;
  readonly unit: Unit;
  /** PromQL, by what each of its series is called. */
  readonly queries: Readonly<Record<string, string>>;
  /** From here on it is red. */
  readonly redFrom?: number;
  /** Below this it is red. */
  readonly redBelow?: number;
}

const REF_IDS = ['A', 'B', 'C', 'D'];

const targetsOf = ({ queries }: PanelSpec): DataqueryBuilder[] =>
  Object.entries(queries).map(([legend, expression], place) =>
    new DataqueryBuilder()
      .datasource(DATA_SOURCE)
      .expr(expression)
      .legendFormat(legend)
      .refId(REF_IDS[place] ?? 'Z'),
  );

function thresholdsOf({ redFrom, redBelow }: PanelSpec): ThresholdsConfigBuilder {
  const steps =
    redBelow === undefined
      ? [{ value: null, color: 'green' }, ...(redFrom === undefined ? [] : [{ value: redFrom, color: 'red' }])]
      : [
          { value: null, color: 'red' },
          { value: redBelow, color: 'green' },
        ];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}

/** Values over time. */
export const series = (spec: PanelSpec): SeriesBuilder =>
  new SeriesBuilder()
    .title(spec.title)
    .description(spec.description)
    .datasource(DATA_SOURCE)
    .unit(spec.unit)
    .min(0)
    .fillOpacity(8)
    .span(12)
    .height(8)
    .thresholds(thresholdsOf(spec))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .targets(targetsOf(spec));

/** The last value, one for each of its series. */
export const stat = (spec: PanelSpec): StatBuilder =>
  new StatBuilder()
    .title(spec.title)
    .description(spec.description)
    .datasource(DATA_SOURCE)
    .unit(spec.unit)
    .span(6)
    .height(5)
    .thresholds(thresholdsOf(spec))
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .targets(targetsOf(spec));
