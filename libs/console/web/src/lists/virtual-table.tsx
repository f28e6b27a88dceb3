import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { rowAfter, scrolledTo, virtualWindow } from './virtual-window.js';

/** A column; `wide`: left out where there is no room for it. */
export interface Column<T> {
  readonly name: string;
  readonly cell: (row: T) => ComponentChildren;
  readonly wide?: boolean;
  readonly number?: boolean;
}

interface Properties<T> {
  readonly caption: string;
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** Where a row leads. */
  readonly href: (row: T) => string;
  readonly columns: readonly Column<T>[];
  /** Asked for the next page when the reader comes near the end. */
  readonly more?: (() => void) | undefined;
}

const ROW_HEIGHT = 40;
const NEAR_THE_END = 20;

/** A table of any length, of which only what is seen is drawn. Its first column leads to a row; arrows go through. */
export function VirtualTable<T>({ caption, rows, keyOf, href, columns, more }: Properties<T>): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ scrolled: 0, height: 600 });
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  const seen = { rows: rows.length, rowHeight: ROW_HEIGHT, ...place };
  const { start, end, before, behind } = virtualWindow(seen);
  // Whoever tabs in comes to the row they left, or to one that they see.
  const stop = active >= start && active < end ? active : Math.min(end - 1, start);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const look = (): void => setPlace({ scrolled: element.scrollTop, height: element.clientHeight });
    look();
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);
  useEffect(() => {
    if (more !== undefined && end > rows.length - NEAR_THE_END) more();
  }, [end, rows.length, more]);
  useEffect(() => {
    if (!wantsFocus.current) return;
    const link = scroller.current?.querySelector<HTMLElement>(`tr[data-row="${active}"] a`);
    if (link === null || link === undefined) return;
    wantsFocus.current = false;
    link.focus({ preventScroll: true });
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    const next = rowAfter(event.key, stop, seen);
    if (next === undefined || scroller.current === null) return;
    event.preventDefault();
    scroller.current.scrollTop = scrolledTo(next, { ...seen, height: place.height - ROW_HEIGHT });
    wantsFocus.current = true;
    setActive(next);
    setPlace({ scrolled: scroller.current.scrollTop, height: place.height });
  };
  const classOf = ({ wide, number }: Column<T>): string =>
    `${wide === true ? 'wide' : ''} ${number === true ? 'number' : ''}`;

  return (
    <div
      class="scroller"
      ref={scroller}
      onScroll={({ currentTarget: { scrollTop, clientHeight } }) =>
        setPlace({ scrolled: scrollTop, height: clientHeight })
      }
    >
      <table class="rows" aria-rowcount={rows.length + 1} onKeyDown={onKeyDown}>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th key={column.name} scope="col" class={classOf(column)}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden="true" style={{ height: `${before}px` }} />}
          {rows.slice(start, end).map((row, index) => (
            <tr key={keyOf(row)} data-row={start + index} aria-rowindex={start + index + 2}>
              {columns.map((column, place) => (
                <td key={column.name} class={classOf(column)}>
                  {place === 0 ? (
                    <a
                      href={href(row)}
                      tabIndex={start + index === stop ? 0 : -1}
                      onFocus={() => setActive(start + index)}
                    >
                      {column.cell(row)}
                    </a>
                  ) : (
                    column.cell(row)
                  )}
                </td>
              ))}
            </tr>
          ))}
          {behind > 0 && <tr aria-hidden="true" style={{ height: `${behind}px` }} />}
        </tbody>
      </table>
    </div>
  );
}
