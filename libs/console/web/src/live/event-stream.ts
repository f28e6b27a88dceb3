/** One event of a stream. */
export interface StreamEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** More in one event than any host sends; a stream that never ends one would fill the memory. */
export const MOST_CHARACTERS = 4_000_000;

/** Reads `text/event-stream` (HTML Living Standard, 9.2.6) as its pieces come. */
export class EventStreamReader {
  #rest = '';
  #data: string[] = [];
  #size = 0;
  #event = '';
  #id: string | undefined;
  #isFirst = true;
  /** Milliseconds that the host asks to be waited before it is asked again. */
  retryMs: number | undefined;

  /** @throws {RangeError} when an event has more than MOST_CHARACTERS */
  read(piece: string): readonly StreamEvent[] {
    const events: StreamEvent[] = [];
    let text = this.#rest + piece;
    if (this.#isFirst && text !== '') {
      text = text.replace(/^\uFEFF/, '');
      this.#isFirst = false;
    }
    for (;;) {
      const end = text.search(/[\r\n]/);
      // A carriage return at the end may be half of a line's end.
      if (end === -1 || (text[end] === '\r' && end === text.length - 1)) break;
      const found = this.#line(text.slice(0, end));
      if (found !== undefined) events.push(found);
      text = text.slice(text.startsWith('\r\n', end) ? end + 2 : end + 1);
    }
    this.#rest = text;
    this.#mustFit(text.length);
    return events;
  }

  #line(line: string): StreamEvent | undefined {
    if (line === '') return this.#dispatch();
    if (line.startsWith(':')) return undefined;
    const colon = line.indexOf(':');
    const [field, value] = colon === -1 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
    if (field === 'data') {
      this.#data.push(value);
      this.#size += value.length;
      this.#mustFit(0);
    } else if (field === 'event') this.#event = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) this.retryMs = Number(value);
    return undefined;
  }

  #dispatch(): StreamEvent | undefined {
    const [data, event] = [this.#data, this.#event];
    [this.#data, this.#event, this.#size] = [[], '', 0];
    return data.length === 0
      ? undefined
      : { id: this.#id, event: event === '' ? 'message' : event, data: data.join('\n') };
  }

  #mustFit(more: number): void {
    if (this.#size + more > MOST_CHARACTERS) throw new RangeError('an event of the stream is too long');
  }
}
