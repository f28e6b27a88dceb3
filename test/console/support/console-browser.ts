import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import { ensureChromium } from '../../../scripts/outside/chromium.ts';
import { eventually } from '../../support/eventually.js';
import { PagesServer } from './pages-server.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Bounds what a page takes to show something. */
const LIMIT_MS = 20_000;

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** A browser with a host that has the pages. */
export class ConsoleBrowser {
  readonly #problems: string[] = [];

  private constructor(
    readonly server: PagesServer,
    /** The address of the console. */
    readonly url: string,
    private readonly browser: Browser,
  ) {}

  static async start(): Promise<ConsoleBrowser> {
    const executablePath = await ensureChromium();
    const server = new PagesServer();
    const url = await server.start();
    const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];
    const browser = await chromium.launch({ executablePath, args, handleSIGINT: false, handleSIGTERM: false });
    return new ConsoleBrowser(server, url, browser);
  }

  /** A page of its own session, signed in with a token unless told otherwise; `at`: of another host than the server. */
  async open(
    hash: string,
    options: BrowserContextOptions & { token?: string | null; at?: string } = {},
  ): Promise<Page> {
    const { token = 'first', at = this.url, ...how } = options;
    const context = await this.browser.newContext({ reducedMotion: 'reduce', timezoneId: 'UTC', ...how });
    context.setDefaultTimeout(LIMIT_MS);
    const page = await context.newPage();
    // A policy that is broken is an error of the console; whatever else it says there is one, too.
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of [45]\d\d|ERR_INCOMPLETE|ERR_CONNECTION/.test(message.text()))
        this.#problems.push(message.text());
    });
    page.on('pageerror', (error) => this.#problems.push(error.message));
    // Also of what a page tries and gets along without.
    await page.addInitScript(
      `document.addEventListener('securitypolicyviolation', ({ effectiveDirective: of, blockedURI: what }) =>
        console.error("the policy forbids", of, what))`,
    );
    if (token !== null)
      await page.addInitScript((given) => {
        if (sessionStorage.getItem('isolith-console-token') === null)
          sessionStorage.setItem('isolith-console-token', JSON.stringify({ token: given }));
      }, token);
    await page.goto(at + hash);
    return page;
  }

  /** Closes all pages. What went wrong in them: scripts that threw, policies that were broken. */
  async endPages(): Promise<readonly string[]> {
    for (const context of this.browser.contexts()) await context.close();
    return this.#problems.splice(0);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }
}

/** What axe finds against WCAG 2.2 AA on a page, a line for each place. */
export async function violationsOf(page: Page): Promise<readonly string[]> {
  const found: readonly Violation[] = await page.evaluate(`${AXE};
    axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) => violations)`);
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

/** Whether anything is wider than the window, so that a reader would have to scroll sideways. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

/** The id of what has the focus, or what it is. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement.id || document.activeElement.tagName');

/** Until it has the focus. */
export const untilFocused = (locator: Locator): Promise<boolean> =>
  eventually(
    'it has the focus',
    () => locator.evaluate((it: { matches(selector: string): boolean }) => it.matches(':focus')),
    Boolean,
  );
