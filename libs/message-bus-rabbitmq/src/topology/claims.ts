import type { Claim, Refusal } from '@isolith/message-bus';
import type { ChannelModel } from 'amqplib';
import { onOwnChannel } from './declare.js';
import { isNotFound, isPreconditionFailed, refusedAccess } from './objection.js';

/**
 * Says to which installation a context of this virtual host belongs: an exchange that nobody publishes to. Its
 * alternate exchange, which need not exist, holds the id, because the broker itself compares that when somebody
 * declares the exchange again. So whoever comes first has it, however many come at once, and it is there as long as the
 * virtual host is.
 */
export const claimName = (context: string): string => `isolith.owner.${context}`;

/** Short, as all names here: the broker cuts what it answers at 255 bytes. */
const PREFIX = 'isolith.is.';
const UUID_LENGTH = 36;

/**
 * Declares that these contexts belong to their installations. Undisputed ones are claimed only when nothing speaks
 * against the others: a host that is refused takes nothing away.
 */
export async function claimAll(connection: ChannelModel, claims: readonly Claim[]): Promise<readonly Refusal[]> {
  const known = new Set<string>();
  for (const { context } of claims) if (await isClaimed(connection, context)) known.add(context);
  for (const isKnown of [true, false]) {
    const wanted = claims.filter(({ context }) => known.has(context) === isKnown);
    const refusals = await Promise.all(wanted.map((one) => claim(connection, one)));
    const found = refusals.filter((refusal) => refusal !== undefined);
    if (found.length > 0) return found;
  }
  return [];
}

async function isClaimed(connection: ChannelModel, context: string): Promise<boolean> {
  try {
    await onOwnChannel(connection, async (channel) => void (await channel.checkExchange(claimName(context))));
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** Undefined: it does belong to it. */
async function claim(connection: ChannelModel, wanted: Claim): Promise<Refusal | undefined> {
  try {
    await declareClaim(connection, wanted);
    return undefined;
  } catch (error) {
    const { context, installation, database } = wanted;
    const refused = refusedAccess(error);
    if (refused !== undefined)
      return {
        what: 'rights',
        detail: `${refused}; declaring exchange ${claimName(context)} takes configure and read permission on it, and write permission on ${PREFIX}${installation}`,
      };
    if (!isPreconditionFailed(error)) throw error;
    const holder = await holderOf(connection, context);
    // Let go of at this moment: the next attempt gets it.
    if (holder === undefined) throw error;
    return {
      what: 'claimed',
      detail: `${context} belongs to installation ${holder} here, and the ${context} of this host (${database}) is of installation ${installation}`,
    };
  }
}

export async function declareClaim(
  connection: ChannelModel,
  { context, installation }: Pick<Claim, 'context' | 'installation'>,
): Promise<void> {
  await onOwnChannel(connection, async (channel) => {
    await channel.assertExchange(claimName(context), 'fanout', {
      durable: true,
      alternateExchange: `${PREFIX}${installation}`,
    });
  });
}

/** Which installation holds the context, as far as the broker's answer goes; undefined when none does. */
export async function holderOf(connection: ChannelModel, context: string): Promise<string | undefined> {
  if (!(await isClaimed(connection, context))) return undefined;
  try {
    // It names the one that is there when it is given any other.
    await declareClaim(connection, { context, installation: '?' });
    // It was let go of meanwhile.
    await onOwnChannel(connection, async (channel) => void (await channel.deleteExchange(claimName(context))));
    return undefined;
  } catch (error) {
    if (!isPreconditionFailed(error)) throw error;
    const [, current = ''] = /current is (?:the value )?'?([^'"]*)/s.exec(error.message) ?? [];
    const holder = current.startsWith(PREFIX) ? current.slice(PREFIX.length) : current;
    return holder.length < UUID_LENGTH ? `${holder}…` : holder;
  }
}
