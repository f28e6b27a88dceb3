import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a route answers: `status`, of a refusal with the type of its problem, and what there is to say of an answer that
 * is none.
 */
export interface Cell {
  readonly status: number;
  readonly type?: string;
  /**
   * `later`: accepted, and done when the part is back. `partial`: names what is missing. `lost`: accepted, and never
   * done: whoever wants it asks again. `rejected`: accepted, and turned down when the part is back.
   */
  readonly mark?: Mark;
}
export type Mark = (typeof MARKS)[number];

const MARKS = ['later', 'partial', 'lost', 'rejected'] as const;
const FILE = join(import.meta.dirname, 'degradation.txt');
const SECTION = /^\[([\w-]+)\]$/;
const LINE = /^([A-Z]+ \S+)\s+([1-5]\d\d)(?: ([\w-]+))?(?: \((\w+)\))?$/;

/** By route. */
export type Answers = ReadonlyMap<string, Cell>;

/** What stands in the file: of the part `nothing` every route, of all others those that answer something else. */
export function writtenAnswers(text = readFileSync(FILE, 'utf8')): ReadonlyMap<string, Answers> {
  const parts = new Map<string, Map<string, Cell>>();
  let part = new Map<string, Cell>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const section = SECTION.exec(line)?.[1];
    if (section === undefined) {
      const [route, cell] = parsed(line);
      if (part.has(route)) throw new Error(`degradation.txt names ${route} twice of one part`);
      part.set(route, cell);
    } else {
      part = new Map();
      parts.set(section, part);
    }
  }
  return parts;
}

/** What every route answers while a part is down, from what is written. */
export function answersOf(part: string, written: ReadonlyMap<string, Answers>): Answers {
  return new Map([...(written.get('nothing') ?? []), ...(written.get(part) ?? [])]);
}

/** As it stands in the file. */
export function written({ status, type, mark }: Cell): string {
  return `${status}${type === undefined ? '' : ` ${type}`}${mark === undefined ? '' : ` (${mark})`}`;
}

function parsed(line: string): readonly [string, Cell] {
  const [, route, status, type, said] = LINE.exec(line) ?? [];
  const mark = MARKS.find((one) => one === said);
  if (route === undefined || (said !== undefined && mark === undefined))
    throw new Error(`degradation.txt has a line that is none: ${line}`);
  return [
    route,
    { status: Number(status), ...(type === undefined ? {} : { type }), ...(mark === undefined ? {} : { mark }) },
  ];
}
