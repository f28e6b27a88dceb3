/** What a reader sees of a long list of rows of one height. */
export interface Seen {
  /** Rows of the whole list. */
  readonly rows: number;
  readonly rowHeight: number;
  readonly scrolled: number;
  readonly height: number;
}

/** Rows `start` up to, not including, `end`, and the pixels of those that are left out before and behind. */
export interface VirtualWindow {
  readonly start: number;
  readonly end: number;
  readonly before: number;
  readonly behind: number;
}

/** Rows drawn beyond what is seen, so that nobody sees them come. */
const MARGIN = 12;

export function virtualWindow({ rows, rowHeight, scrolled, height }: Seen): VirtualWindow {
  const first = Math.floor(Math.max(0, scrolled) / rowHeight);
  const shown = Math.ceil(height / rowHeight) + 1;
  const start = Math.max(0, Math.min(first - MARGIN, rows - shown));
  const end = Math.min(rows, first + shown + MARGIN);
  return {
    start,
    end: Math.max(start, end),
    before: start * rowHeight,
    behind: (rows - Math.max(start, end)) * rowHeight,
  };
}

/** How far to scroll so that a row is seen whole; where it is already when it is. */
export function scrolledTo(row: number, { rowHeight, scrolled, height }: Seen): number {
  const top = row * rowHeight;
  if (top < scrolled) return top;
  return top + rowHeight > scrolled + height ? top + rowHeight - height : scrolled;
}

/** The row that a key leads to; undefined when it leads nowhere. */
export function rowAfter(key: string, row: number, { rows, rowHeight, height }: Seen): number | undefined {
  const page = Math.max(1, Math.floor(height / rowHeight) - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: row + 1,
    ArrowUp: row - 1,
    PageDown: row + page,
    PageUp: row - page,
    Home: 0,
    End: rows - 1,
  };
  const next = steps[key];
  return next === undefined || rows === 0 ? undefined : Math.max(0, Math.min(rows - 1, next));
}
