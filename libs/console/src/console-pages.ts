import { fileURLToPath } from 'node:url';
import { HostLifecycle, type HostParticipant } from '@isolith/message-bus/nest';
import { Injectable, Logger, NotFoundException } from '@nestjs/common';
import { ConsoleConfig } from './settings/console-options.js';
import type { PageEncoding } from './pages/page-encoding.js';
import { type Page, Pages } from './pages/pages.js';

/** The same folder from `src` and from `dist`. */
const BUILT = fileURLToPath(new URL('../dist/web', import.meta.url));

/** What was built of the pages; where nothing was, the host says so once, and to whoever asks for them. */
@Injectable()
export class ConsolePages implements HostParticipant {
  readonly name = 'console';
  readonly #log = new Logger('Console');
  readonly #folder: string;
  #pages: Pages | undefined;

  constructor({ options }: ConsoleConfig, lifecycle: HostLifecycle) {
    this.#folder = options.pages ?? BUILT;
    lifecycle.join(this);
  }

  async start(): Promise<void> {
    if (this.#read() === undefined) this.#log.log(this.#missing());
  }

  /** @throws {NotFoundException} where the pages were not built */
  find(path: string, encoding: PageEncoding): Page | undefined {
    const pages = this.#read();
    if (pages === undefined) throw new NotFoundException(this.#missing());
    return pages.find(path, encoding);
  }

  /** Pages that are built while the host runs are found when they are asked for. */
  #read(): Pages | undefined {
    this.#pages ??= Pages.read(this.#folder);
    return this.#pages;
  }

  #missing(): string {
    return `the pages of the console were not built, ${this.#folder} has no index.html: npm run build makes them`;
  }
}
