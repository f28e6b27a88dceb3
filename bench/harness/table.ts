import { perSecond } from './plot.js';
import { reached, type Environment, type FigureResult, type Level, type RaceResult, type Result } from './result.js';

const BEGIN = '<!-- results: written by npm run bench -->';
const END = '<!-- end of results -->';

/** A result and what is to be said of it. */
export interface Shown {
  readonly result: Result;
  readonly notes: readonly string[];
}

/** A page with these results between its marks, instead of what stood there. Throws when it has no marks. */
export function withResults(page: string, results: readonly Shown[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error('the page has no place for results');
  return `${page.slice(0, begin + BEGIN.length)}\n\n${results.map(section).join('\n')}\n${page.slice(end)}`;
}

function section({ result, notes }: Shown): string {
  const lines = result.kind === 'race' ? raceLines(result) : figureLines(result);
  return [
    `### ${result.title}`,
    '',
    ...lines,
    '',
    ...notes.flatMap((note) => [note, '']),
    `_${environmentLine(result.environment)}_`,
    '',
  ].join('\n');
}

function environmentLine({ cpu, cores, memoryGiB, system, node, postgresql, rabbitmq }: Environment): string {
  const servers = [
    postgresql === undefined ? [] : [`PostgreSQL ${postgresql}`],
    rabbitmq === undefined ? [] : [`RabbitMQ ${rabbitmq}`],
  ].flat();
  return [`${cpu}, ${cores} cores, ${memoryGiB} GiB`, system, `Node ${node}`, ...servers].join(' · ');
}

function raceLines({ subject, operation, rounds, roundMs, levels }: RaceResult): readonly string[] {
  const differing = new Map(
    levels.flatMap(({ contenders }) =>
      contenders.flatMap(({ name, differs }) => (differs === undefined ? [] : [[name, differs] as const])),
    ),
  );
  return [
    `One operation: ${operation}. ${rounds} rounds of ${roundMs / 1000} s each; ratio to the ceiling of the same round, quartiles in brackets.`,
    '',
    `![](results/${subject}.svg)`,
    '',
    '| at once | | per second | ratio | p50 | p99 | to reach |',
    '|---|---|---|---|---|---|---|',
    ...levels.flatMap((level) =>
      level.contenders.map((contender) => {
        const { name, role, rate, ratio, latency } = contender;
        const verdict = role === 'ours' ? goalText(level) : '';
        const cells = [
          level.atOnce,
          role === 'ours' ? `**${name}**` : name,
          perSecond(rate.median),
          `${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)})`,
          duration(latency?.p50 ?? (level.atOnce === 1 ? 1000 / rate.median : undefined)),
          duration(latency?.p99),
          verdict,
        ];
        return `| ${cells.join(' | ')} |`;
      }),
    ),
    ...(differing.size === 0 ? [] : ['', ...[...differing].map(([name, differs]) => `- ${name}: ${differs}`)]),
  ];
}

function goalText(level: Level): string {
  const is = reached(level);
  if (is === undefined) return '';
  const goal = [
    level.goal.ratio === undefined ? [] : [level.goal.ratio.toFixed(2)],
    level.goal.atMostUs === undefined ? [] : [duration(level.goal.atMostUs / 1000)],
  ]
    .flat()
    .join(', ');
  return `${goal} ${is ? 'reached' : '**not reached**'}`;
}

function duration(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '';
  const digits = (value: number): string => String(Number(value.toPrecision(3)));
  return milliseconds < 1 ? `${digits(milliseconds * 1000)} µs` : `${digits(milliseconds)} ms`;
}

function figureLines({ figures }: FigureResult): readonly string[] {
  return [
    '| | | to stay under |',
    '|---|---|---|',
    ...figures.map(
      ({ name, value, unit, goal }) =>
        `| ${name} | ${Number(value.toPrecision(3)).toLocaleString('en')} ${unit} | ${goal === undefined ? '' : `${goal} ${unit} ${value <= goal ? 'reached' : '**not reached**'}`} |`,
    ),
  ];
}
