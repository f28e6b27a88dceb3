// Characters that some part of a system is known to treat in a way of its own.
const SINGLE = ['a', 'A', '0', ' ', '-', '_', '.', ',', '@', ':', '+', '%', '/', '\\', '"', "'", '\t', '\n', '\0'];
/**
 * No-break space, combining accent, a letter that grows in upper case, right-to-left override, a lone surrogate, one
 * character of two units, a byte order mark, a noncharacter.
 */
const UNUSUAL = ['\u007f', '\u00a0', '\u0301', 'ß', '\u202e', '\ud800', '😀', '\ufeff', '\uffff'];
const GROUPS = ['a.', 'a@', 'a-', 'ab ', 'a\u0301', '00:', '0.', '{"', '[', '$(', "';"];
const FILLERS: readonly string[] = [...SINGLE, ...UNUSUAL, ...GROUPS];
/** What a pattern that has read all of it finally fails at. */
const ENDINGS = ['', '\u0001', '!'] as const;

/** A text that makes a careless check slow or wrong, and what it is made of. */
export interface HostileText {
  readonly what: string;
  readonly text: string;
}

/**
 * Texts of about so many characters that make a careless check slow or wrong: one filler over and over, alone and
 * behind each of the beginnings (values that are accepted), with an end at which a pattern fails after it has read
 * everything.
 */
export function* hostileTexts(length: number, beginnings: readonly string[]): Generator<HostileText> {
  for (const filler of FILLERS) {
    const body = bodyOf(filler, length);
    for (const ending of ENDINGS) {
      for (const beginning of ['', ...beginnings]) {
        const what = `${JSON.stringify(beginning)} + ${JSON.stringify(filler)} × ${length} + ${JSON.stringify(ending)}`;
        yield { what, text: beginning + body + ending };
      }
    }
  }
}

/** Made once: every string of every contract meets them all. */
const bodies = new Map<string, string>();

function bodyOf(filler: string, length: number): string {
  const name = `${length} ${filler}`;
  const made = bodies.get(name) ?? filler.repeat(Math.ceil(length / filler.length));
  bodies.set(name, made);
  return made;
}
