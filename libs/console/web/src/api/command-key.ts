/** 128 random bits as text. `crypto.randomUUID` would want https, and a shop at home has none. */
export function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The same key for the same request, so that whoever presses twice, or asks again after an outage, acts once. */
export class CommandKey {
  #last: { readonly request: string; readonly key: string } | undefined;

  of(where: string, body: unknown): string {
    const request = JSON.stringify([where, body]);
    if (this.#last?.request !== request) this.#last = { request, key: randomKey() };
    return this.#last.key;
  }
}
