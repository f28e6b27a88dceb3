const KEPT = 400;

/** What hosts warned of or failed with, newest last, bounded: for whoever looks for the cause of a finding. */
export class TroubleLog {
  private readonly lines: string[] = [];

  readonly take = (line: string): void => {
    if (!line.includes('"level":"warn"') && !line.includes('"level":"error"') && !line.includes('"level":"fatal"'))
      return;
    this.lines.push(line);
    if (this.lines.length > KEPT) this.lines.shift();
  };

  text(): string {
    return this.lines.join('\n');
  }
}
