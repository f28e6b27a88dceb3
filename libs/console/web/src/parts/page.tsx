import type { ComponentChildren, JSX } from 'preact';
import { useEffect } from 'preact/hooks';

interface Properties {
  readonly title: string;
  /** Where it stands below. */
  readonly up?: { readonly href: string; readonly name: string };
  readonly tools?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A page: its heading, what can be done with all of it, and what is on it. */
export function Page({ title, up, tools, children }: Properties): JSX.Element {
  useEffect(() => {
    document.title = `${title} · Console`;
  }, [title]);
  return (
    <article class="page">
      <header class="page-head">
        <div>
          {up !== undefined && (
            <a class="up" href={up.href}>
              ‹ {up.name}
            </a>
          )}
          <h1>{title}</h1>
        </div>
        <div class="tools">{tools}</div>
      </header>
      {children}
    </article>
  );
}
