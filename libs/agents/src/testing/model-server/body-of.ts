import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { WireError } from './dialect.js';

const MOST_BYTES = 8 * 1024 * 1024;

/** What was sent, as text. @throws WireError where it is more than a server bears */
export async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    const piece = z.instanceof(Buffer).parse(chunk);
    bytes += piece.byteLength;
    if (bytes > MOST_BYTES) throw new WireError(413, 'the request is too large');
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString('utf8');
}
