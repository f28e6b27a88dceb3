import type { Contender, RaceResult } from './result.js';

const WIDTH = 760;
const LABEL = 210;
const VALUE = 150;
const ROW = 22;
const HEAD = 54;
const LEVEL_HEAD = 26;
const COLOURS = { ceiling: '#8b93a1', ours: '#1f6feb', peer: '#c9a227' } as const;

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * Bars of the ratio to the ceiling, a group per level; the thin line is where half of the rounds lie. A bar that would
 * be longer than the longest of the others' is what the ceiling is for: all are drawn to one scale per level.
 */
export function plot({ title, levels }: RaceResult): string {
  const rows = levels.reduce((sum, { contenders }) => sum + contenders.length, 0);
  const height = HEAD + levels.length * LEVEL_HEAD + rows * ROW + 12;
  let y = HEAD;
  const parts = levels.flatMap(({ atOnce, contenders, goal }) => {
    const longest = Math.max(1, ...contenders.map(({ ratio }) => ratio.high));
    const scale = (WIDTH - LABEL - VALUE) / longest;
    const head = `<text x="12" y="${y + 17}" class="level">${atOnce} at once</text>`;
    y += LEVEL_HEAD;
    const top = y;
    const bars = contenders.map((contender) => {
      const drawn = bar(contender, y, scale);
      y += ROW;
      return drawn;
    });
    const mark =
      goal.ratio === undefined
        ? ''
        : `<line x1="${LABEL + goal.ratio * scale}" x2="${LABEL + goal.ratio * scale}" y1="${top}" y2="${y - 4}" class="goal"/>`;
    return [head, ...bars, mark];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    '<style>.level{font-weight:600}.goal{stroke:#d1242f;stroke-dasharray:3 3}.spread{stroke:#24292f}</style>',
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="12" y="22" font-size="15" font-weight="600">${escape(title)}</text>`,
    `<text x="12" y="40" fill="#57606a">operations per second as a share of the ceiling's; dashed: the goal; thin: half of the rounds</text>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function bar({ name, role, ratio, rate }: Contender, y: number, scale: number): string {
  const middle = y + ROW / 2 - 2;
  const end = LABEL + Math.max(1, ratio.median * scale);
  return [
    `<text x="${LABEL - 8}" y="${middle + 4}" text-anchor="end">${escape(name)}</text>`,
    `<rect x="${LABEL}" y="${y}" width="${Math.max(1, ratio.median * scale).toFixed(1)}" height="${ROW - 4}" fill="${COLOURS[role]}"/>`,
    `<line x1="${(LABEL + ratio.low * scale).toFixed(1)}" x2="${(LABEL + ratio.high * scale).toFixed(1)}" y1="${middle}" y2="${middle}" class="spread"/>`,
    `<text x="${Math.max(end, LABEL + ratio.high * scale) + 6}" y="${middle + 4}">${ratio.median.toFixed(2)} · ${perSecond(rate.median)}</text>`,
  ].join('');
}

/** Three digits, as much as a measurement holds. */
export function perSecond(rate: number): string {
  return `${Number(rate.toPrecision(3)).toLocaleString('en')}/s`;
}
