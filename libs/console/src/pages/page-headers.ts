import type { FastifyReply } from 'fastify';
import type { Page } from './pages.js';

/** Stricter than that of other pages of a host: nothing of the console stands in its page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Answers with the page, or with 304 where the client has these very bytes. */
export function tell(reply: FastifyReply, page: Page, known: string | undefined): void {
  void reply
    .header('content-security-policy', POLICY)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer')
    .header('cache-control', page.isImmutable ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache')
    .header('vary', 'accept-encoding')
    .header('etag', page.etag);
  if (isKnown(known, page.etag)) {
    void reply.code(304).send();
    return;
  }
  if (page.encoding !== 'identity') void reply.header('content-encoding', page.encoding);
  void reply.header('content-type', page.type).send(page.content);
}

/** `If-None-Match` compares weakly (RFC 9110, 13.1.2). */
function isKnown(known: string | undefined, etag: string): boolean {
  const tags = known?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}
