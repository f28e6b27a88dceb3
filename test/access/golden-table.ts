import { readFileSync } from 'node:fs';

/** A table of words as people write it: a line of names of columns, then a line for each row; `#` begins a remark. */
export interface GoldenTable {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly string[] }[];
}

/** @param words how many of a line are the name of its row; @param file a path */
export function goldenTable(file: string, words: number): GoldenTable {
  const [[, ...columns] = [], ...rows] = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/));
  return { columns, rows: rows.map((row) => ({ name: row.slice(0, words).join(' '), cells: row.slice(words) })) };
}
