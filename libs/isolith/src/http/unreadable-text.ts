import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { IsolithError, type FieldProblem } from '@isolith/contracts';

/**
 * A request whose bytes are no text. What is not read for certain is refused: a guess (U+FFFD for a byte, `%ff` taken
 * as it stands) would be stored as if the client had said so, and make two different texts one.
 */
export class UnreadableTextError extends IsolithError {
  override readonly problems: readonly FieldProblem[];

  constructor(
    override readonly status: 400 | 415,
    detail: string,
    pointer = '',
  ) {
    super(detail);
    this.problems = pointer === '' ? [] : [{ pointer, detail }];
  }

  override get code(): string {
    return this.status === 400 ? 'bad-request' : 'unsupported-media-type';
  }
}

/** The parameter of a media type; its value may be quoted (RFC 9110, 8.3.1). */
const CHARSET = /;[ \t]{0,9}charset=(?:"([^"]{0,40})"|([^ \t;"]{0,40}))/i;

/** The text of a JSON body, or why there is none: another charset, a content coding, bytes that are no UTF-8. */
export function textOfBody(
  body: Buffer,
  { 'content-type': type = '', 'content-encoding': coding = 'identity' }: IncomingHttpHeaders,
): string | UnreadableTextError {
  const [, quoted, plain] = CHARSET.exec(type) ?? [];
  const charset = quoted ?? plain ?? 'utf-8';
  if (!['utf-8', 'utf8', 'us-ascii'].includes(charset.toLowerCase()))
    return new UnreadableTextError(
      415,
      'the body must be UTF-8: send "charset=utf-8" or no charset',
      '/headers/Content-Type',
    );
  if (coding.toLowerCase() !== 'identity')
    return new UnreadableTextError(415, 'the body must come without a content coding', '/headers/Content-Encoding');
  return isUtf8(body) ? body.toString('utf8') : new UnreadableTextError(400, 'the body is not UTF-8');
}

const ASCII = /^[\x21-\x7e]*$/;

/** Why the query string of a request can't be read; undefined when it can. (The router sees to the path.) */
export function unreadableQuery(url: string): UnreadableTextError | undefined {
  const start = url.indexOf('?');
  if (!ASCII.test(url)) return new UnreadableTextError(400, 'characters beyond ASCII must be percent-encoded in a URL');
  for (const pair of start < 0 ? [] : url.slice(start + 1).split('&')) {
    const end = pair.indexOf('=');
    const [name, value] = end < 0 ? [decoded(pair), ''] : [decoded(pair.slice(0, end)), decoded(pair.slice(end + 1))];
    if (name === undefined)
      return new UnreadableTextError(400, 'the name of a query parameter is not percent-encoded UTF-8');
    if (value === undefined)
      return new UnreadableTextError(
        400,
        'the value is not percent-encoded UTF-8',
        `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      );
  }
  return undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
