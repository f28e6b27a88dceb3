/** What became of a call that was made, as it is kept and as a model is told of it. */
export interface ToolAnswer {
  /** `failed`: it had no effect. `unknown`: it may have had its effect, and must not be repeated under another id. */
  readonly outcome: 'done' | 'failed' | 'unknown';
  /** The same call with the same id may bring another outcome, soon and without anybody's doing. */
  readonly retryable: boolean;
  /** JSON text of at most 64 KiB, with the mask where something is personal. */
  readonly content: string;
  /** The answer itself, masked; of one that is done, has an answer, and was not cut. */
  readonly output?: unknown;
  /** It holds text that somebody else wrote. */
  readonly untrusted: boolean;
}

/** Bytes of UTF-8. */
const LONGEST = 65_536;

/** JSON text of a value, with a note in its stead where it is too long: then it holds the beginning, as text. */
export function boundedJson(value: unknown): { readonly content: string; readonly cut: boolean } {
  const json = JSON.stringify(value);
  const bytes = Buffer.byteLength(json);
  if (bytes <= LONGEST) return { content: json, cut: false };
  const note = `This answer has ${bytes} bytes, ${LONGEST} at most: only its beginning is here. Ask for less.`;
  // Quotes are escaped and letters have several bytes: how much fits shows when it is written. It only gets shorter.
  let length = LONGEST;
  for (;;) {
    const content = JSON.stringify({ note, beginning: json.slice(0, length).toWellFormed() });
    const written = Buffer.byteLength(content);
    if (written <= LONGEST) return { content, cut: true };
    length = Math.max(0, Math.min(length - 1, Math.floor((length * LONGEST) / written)));
  }
}
