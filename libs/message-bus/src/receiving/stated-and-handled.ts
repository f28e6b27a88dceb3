/** A subscription, as the list states it or as it is handled. */
interface Described {
  readonly context: string;
  readonly subscription: string;
  readonly from: string;
  readonly events: readonly { readonly name: string }[];
}

const idOf = ({ context, subscription }: Described): string => `${context}.${subscription}`;
const namesOf = ({ events }: Described): readonly string[] => [...new Set(events.map(({ name }) => name))];
const without = (names: readonly string[], others: readonly string[]): readonly string[] =>
  names.filter((name) => !others.includes(name));

/**
 * Where the list that every host knows and the handlers of this host say different things of a subscription. Producers
 * elsewhere go by the list alone: what it lacks they never send, and what nobody handles would wait for ever. Empty
 * when there is no list: then this host alone knows its subscriptions.
 */
export function disagreements(
  stated: readonly Described[],
  handled: readonly Described[],
  isHere: (context: string) => boolean,
): readonly string[] {
  if (stated.length === 0) return [];
  const listed = new Map(stated.map((info) => [idOf(info), info]));
  const served = new Map(handled.map((info) => [idOf(info), info]));
  const unserved = stated
    .filter((info) => isHere(info.context) && !served.has(idOf(info)))
    .map((info) => `subscription ${idOf(info)} is in the list of all subscriptions, but no module of this host has it`);
  const differing = handled.flatMap((info) => {
    const id = idOf(info);
    const other = listed.get(id);
    if (other === undefined)
      return [
        `subscription ${id} has handlers, but is not in the list of all subscriptions: other hosts don't know it`,
      ];
    return [
      ...without(namesOf(info), namesOf(other)).map(
        (event) => `subscription ${id} handles ${event}, but the list of all subscriptions does not state it`,
      ),
      ...without(namesOf(other), namesOf(info)).map(
        (event) => `subscription ${id} states ${event} in the list of all subscriptions, but nothing handles it`,
      ),
      ...(info.from === other.from
        ? []
        : [`subscription ${id} begins from "${info.from}", but the list of all subscriptions says "${other.from}"`]),
    ];
  });
  return [...unserved, ...differing];
}
