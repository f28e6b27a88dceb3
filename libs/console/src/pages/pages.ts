import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { encode, type PageEncoding } from './page-encoding.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};
/** Vite puts a hash of its content into a file's name: another content has another name. */
const HASHED = /^assets\/.{1,200}-[\w-]{8}\.\w{1,10}$/;
const DIGEST_LENGTH = 27;

/** One file in one encoding, with the headers that belong to it. */
export interface Page {
  readonly content: Buffer;
  readonly type: string;
  readonly encoding: PageEncoding;
  /** Strong: of these very bytes. */
  readonly etag: string;
  readonly isImmutable: boolean;
}

/** The built pages, read into memory: a path is looked up in what is there, and leads to no other file. */
export class Pages {
  readonly #encoded = new Map<string, Page>();

  private constructor(private readonly files: ReadonlyMap<string, Buffer>) {}

  /** Undefined where nothing was built. */
  static read(folder: string): Pages | undefined {
    if (!existsSync(join(folder, 'index.html'))) return undefined;
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return new Pages(new Map(files.map((file) => [relative(folder, file).split(sep).join('/'), readFileSync(file)])));
  }

  /** @param path below `/console/`, `''` for the page itself */
  find(path: string, encoding: PageEncoding): Page | undefined {
    const name = path === '' ? 'index.html' : path;
    const content = this.files.get(name);
    if (content === undefined) return undefined;
    const key = `${encoding} ${name}`;
    const page = this.#encoded.get(key) ?? pageOf(name, content, encoding);
    this.#encoded.set(key, page);
    return page;
  }
}

function pageOf(name: string, original: Buffer, wanted: PageEncoding): Page {
  const smaller = encode(original, wanted);
  const [content, encoding] = smaller.length < original.length ? [smaller, wanted] : [original, 'identity' as const];
  const digest = createHash('sha256').update(content).digest('base64url').slice(0, DIGEST_LENGTH);
  return {
    content,
    encoding,
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    etag: `"${digest}"`,
    isImmutable: HASHED.test(name),
  };
}
