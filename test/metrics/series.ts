/** One line of an answer of `GET /metrics`. */
export interface Series {
  readonly metric: string;
  readonly labels: ReadonlyMap<string, string>;
}

const LINE = /^(\w+)(?:\{(.*)\})? \S+$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** @throws Error for a line that is neither a series nor a comment */
export function seriesOf(text: string): readonly Series[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, metric, labels = ''] = LINE.exec(line) ?? [];
    if (metric === undefined) throw new Error(`no series: ${line}`);
    return { metric, labels: new Map([...labels.matchAll(LABEL)].map(([, name = '', value = '']) => [name, value])) };
  });
}
