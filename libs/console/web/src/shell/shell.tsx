import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useConsole } from '../console.js';
import { NoticeList } from '../parts/notice-list.js';
import { useRoute } from '../routing/use-route.js';
import { ErrorBoundary } from './error-boundary.js';
import { LiveState } from './live-state.js';
import { Navigation } from './navigation.js';
import { ENTRIES } from './pages.js';
import { ThemeSwitch } from './theme-switch.js';

/** What stands around every page. */
export function Shell(): JSX.Element {
  const { config, session, notices, live } = useConsole();
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const entry = ENTRIES.find(({ at }) => at === route.parts[0]) ?? ENTRIES[0];
  const place = route.parts.join('/');
  const first = useRef(true);
  useEffect(() => {
    const over = new AbortController();
    void live.follow(over.signal);
    return () => over.abort();
  }, [live]);
  useEffect(() => {
    // Whoever goes to another page goes on reading at its beginning.
    if (!first.current) main.current?.focus();
    first.current = false;
    scrollTo(0, 0);
  }, [place]);
  if (entry === undefined) throw new Error('the console has no pages');
  const { page: Current } = entry;
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the page
      </a>
      <header class="top">
        <p class="name">{config.application}</p>
        <LiveState />
        <ThemeSwitch />
        <button type="button" class="plain" onClick={() => session.signOut()}>
          Sign out
        </button>
      </header>
      <Navigation current={entry.at} />
      <main id="main" ref={main} tabIndex={-1}>
        <ErrorBoundary key={place}>
          <Current route={route} />
        </ErrorBoundary>
      </main>
      <NoticeList notices={notices} />
    </>
  );
}
