import { tellable } from '@isolith/contracts';
import { type Environment, parseConfig } from '@isolith/isolith';
import { contextJournal, installationOf } from '@isolith/journal';
import { Databases, targetLabel } from '@isolith/postgres';
import type { Address, Claim } from '@isolith/message-bus';
import { takeOverClaims } from '@isolith/message-bus-rabbitmq';
import { databaseConfig } from './databases/database-config.js';
import { shopDatabases } from './databases/shop-databases.js';
import { shop } from './shop.js';

/**
 * Makes the virtual host of TRANSPORT_URL that of the installation whose rows the environment names. Without `apply` it
 * only says what that would mean.
 * @returns the exit code: 0 when nothing is left to do or it was only looked, 1 when it was refused or failed
 */
export async function takeOverBroker(env: Environment, apply: boolean, say: (line: string) => void): Promise<0 | 1> {
  const { config, violations } = parseConfig(shop, env);
  const url = config.values.TRANSPORT_URL;
  const wrong = url === undefined ? [...violations, 'TRANSPORT_URL: names no broker'] : violations;
  for (const violation of wrong) say(violation);
  if (url === undefined || wrong.length > 0) return 1;
  try {
    const claims = await claimsOf(env, config.placement.here);
    const { claims: foreign, queues, taken } = await takeOverClaims(url, claims, addressesOf(claims), apply);
    if (foreign.length === 0) say('nothing belongs to another installation here');
    for (const { context, holder, installation, database } of foreign)
      say(
        `${context}: ${taken ? 'belonged' : 'belongs'} to installation ${holder}; ${taken ? 'now' : 'would go'} to ${installation} (${database})`,
      );
    for (const { queue, messages, consumers } of queues)
      if (messages + consumers > 0)
        say(`${queue}: holds ${messages} messages, which this installation would handle; ${consumers} consumers`);
    if (foreign.length === 0 || taken) return 0;
    const busy = queues.some(({ consumers }) => consumers > 0);
    if (busy) say('refused: hosts of the other installation still consume; stop them first');
    else if (!apply) say('nothing was changed; node dist/main.js --take-over-broker --apply does it');
    return busy && apply ? 1 : 0;
  } catch (error) {
    say(`failed: ${tellable(error).message}`);
    return 1;
  }
}

async function claimsOf(env: Environment, here: readonly string[]): Promise<readonly Claim[]> {
  const { targetOf } = databaseConfig(env);
  const databases = new Databases({ targetOf });
  try {
    const claims: Claim[] = [];
    for (const spec of await shopDatabases()) {
      const { context } = spec;
      if (!here.includes(context) || shop.ownerOf(context) !== context) continue;
      const source = await databases.open(spec);
      const installation = await installationOf(contextJournal(spec, async () => source));
      claims.push({ context, installation, database: targetLabel(targetOf(context)) });
    }
    return claims;
  } finally {
    await databases.close();
  }
}

function addressesOf(claims: readonly Claim[]): readonly Address[] {
  const contexts = new Set(claims.map(({ context }) => context));
  return [
    ...claims.flatMap(({ context }): Address[] => [
      { lane: 'requests', context },
      { lane: 'queries', context },
    ]),
    ...shop.subscriptions
      .filter(({ context }) => contexts.has(context))
      .map(({ context, subscription }): Address => ({ lane: 'subscription', context, subscription })),
  ];
}
