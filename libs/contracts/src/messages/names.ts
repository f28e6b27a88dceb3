const NAME = /^([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\.([a-z][a-z0-9]*(?:-[a-z0-9]+)*)$/;

/** A literal message name: the owning context, a dot, the message: `inventory.reserve-stock`. */
export type MessageName = `${string}.${string}`;

/** Splits a message name. Throws a TypeError that shows the expected form when it is not one. */
export function parseName(name: string): { context: string; message: string } {
  const match = NAME.exec(name);
  const [, context, message] = match ?? [];
  if (context === undefined || message === undefined) {
    throw new TypeError(`"${name}" is not a message name; expected "context.message" in lower-case-with-dashes`);
  }
  return { context, message };
}
