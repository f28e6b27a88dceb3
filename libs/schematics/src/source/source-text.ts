import ts from 'typescript';

/** How a file writes what TypeScript leaves open, so that what is added looks like the rest. */
export interface Style {
  readonly quote: "'" | '"';
  readonly end: '' | ';';
  readonly newline: '\n' | '\r\n';
}

/** A file that is being edited. Its tree is always that of the present text. */
export class SourceText {
  #ast: ts.SourceFile | undefined;

  readonly #original: string;

  constructor(
    readonly path: string,
    private content: string,
  ) {
    this.#original = content;
  }

  get isChanged(): boolean {
    return this.content !== this.#original;
  }

  get text(): string {
    return this.content;
  }

  get ast(): ts.SourceFile {
    this.#ast ??= ts.createSourceFile(this.path, this.content, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
    return this.#ast;
  }

  get style(): Style {
    const [first] = this.ast.statements.filter((statement) => ts.isImportDeclaration(statement));
    return {
      quote: first?.moduleSpecifier.getText().startsWith('"') === true ? '"' : "'",
      end: first === undefined || first.getText().endsWith(';') ? ';' : '',
      newline: this.content.includes('\r\n') ? '\r\n' : '\n',
    };
  }

  /** A string as the file writes them. */
  quoted(text: string): string {
    return `${this.style.quote}${text}${this.style.quote}`;
  }

  /** Puts text in place of what is from one position to another, with the line ends of the file. */
  replace(from: number, to: number, text: string): void {
    const written = text.replaceAll('\r\n', '\n').replaceAll('\n', this.style.newline);
    this.content = this.content.slice(0, from) + written + this.content.slice(to);
    this.#ast = undefined;
  }

  /** Puts it behind everything else, with an empty line between. */
  append(text: string): void {
    const before = this.content.trimEnd();
    this.replace(before.length, this.content.length, before === '' ? `${text}\n` : `\n\n${text}\n`);
  }

  /** What the line of a position begins with. */
  indentAt(position: number): string {
    const start = this.content.lastIndexOf('\n', position - 1) + 1;
    return /^[ \t]*/.exec(this.content.slice(start, position))?.[0] ?? '';
  }

  /** Whether two positions are on one line. */
  isOneLine(from: number, to: number): boolean {
    return !this.content.slice(from, to).includes('\n');
  }

  /** The characters of the line of a position. */
  lineLengthAt(position: number): number {
    const end = this.content.indexOf('\n', position);
    const start = this.content.lastIndexOf('\n', position - 1) + 1;
    return (end === -1 ? this.content.length : end) - start;
  }
}
