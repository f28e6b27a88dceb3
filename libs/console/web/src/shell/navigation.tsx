import type { JSX } from 'preact';
import { useConsole } from '../console.js';
import { hrefOf } from '../routing/route.js';
import { useStore } from '../store.js';
import { ENTRIES } from './pages.js';

export function Navigation({ current }: { readonly current: string }): JSX.Element {
  const { live } = useConsole();
  const seen = useStore(live.seen);
  return (
    <nav aria-label="Pages">
      <ul>
        {ENTRIES.map(({ at, name, wanting }) => {
          const count = seen === undefined ? 0 : (wanting?.(seen.attention) ?? 0);
          return (
            <li key={at}>
              <a href={hrefOf([at])} aria-current={at === current ? 'page' : undefined}>
                {name}
                {count > 0 && (
                  <span class="count">
                    {count}
                    <span class="hidden"> need attention</span>
                  </span>
                )}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
