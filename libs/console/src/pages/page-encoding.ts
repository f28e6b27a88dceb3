import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** How a page is sent: as it is, or smaller. */
export type PageEncoding = 'br' | 'gzip' | 'identity';

/** Pages are compressed once and sent often. */
const BROTLI_QUALITY = 9;
const LONGEST_HEADER = 1_000;

/**
 * The smallest that a client takes, as its `Accept-Encoding` says (RFC 9110, 12.5.3); as it is for one that says
 * nothing, or too much.
 */
export function encodingFor(accepted: string | undefined): PageEncoding {
  if (accepted === undefined || accepted.length > LONGEST_HEADER) return 'identity';
  const taken = new Map(accepted.split(',').map(readOne));
  const takes = (name: string): boolean => taken.get(name) ?? taken.get('*') ?? false;
  if (takes('br')) return 'br';
  return takes('gzip') ? 'gzip' : 'identity';
}

/** `gzip;q=0.5`: its name, and whether it is taken. */
function readOne(one: string): readonly [string, boolean] {
  const [name = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase());
  return [name, !parameters.some((parameter) => /^q=0(?:\.0{0,3})?$/.test(parameter))];
}

export function encode(content: Buffer, encoding: PageEncoding): Buffer {
  if (encoding === 'br')
    return brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
  return encoding === 'gzip' ? gzipSync(content) : content;
}
