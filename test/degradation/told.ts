import { z } from 'zod';

const line = z.object({ kind: z.string(), user: z.string(), message: z.string() });

/** What customers were told over the channel, which writes it to the log of its host. */
export class Told {
  readonly #all: z.output<typeof line>[] = [];

  /** Takes a line of a host's output. */
  readonly take = (text: string): void => {
    if (!text.includes('"kind":')) return;
    const parsed = line.safeParse(JSON.parse(text));
    if (parsed.success) this.#all.push(parsed.data);
  };

  /** @param about what the text has in it */
  has(kind: string, user: string, about = ''): boolean {
    return this.#all.some((one) => one.kind === kind && one.user === user && one.message.includes(about));
  }
}
