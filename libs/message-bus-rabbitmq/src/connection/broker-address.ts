import { connect, type ChannelModel } from 'amqplib';

/** One node of the broker. */
export interface BrokerAddress {
  /** Without the account: `amqp://host:port/vhost`. */
  readonly shown: string;
  /** Decoded; as the broker knows it. */
  readonly vhost: string;
  /** With the account: not for messages. */
  readonly url: URL;
  readonly account: { readonly username: string; readonly password: string };
}

/** How long one attempt may take; milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Seconds between heartbeats: a dead peer is noticed within 15 s. */
const HEARTBEAT_S = 5;
const MOST_ADDRESSES = 20;

/**
 * Reads `amqp://user:password@host:port/vhost`, or several of them with commas between, which are nodes of one cluster.
 * A comma in a password is written `%2C`. Throws a TypeError that says what is wrong with each, by its place: it may
 * hold a password.
 */
export function brokerAddresses(urls: string): readonly BrokerAddress[] {
  const all = urls.split(',').map((part) => part.trim());
  const wrong = all.flatMap((part, place) => {
    const what = whatIsWrong(part);
    return what === undefined ? [] : [all.length === 1 ? what : `address ${place + 1} of ${all.length}: ${what}`];
  });
  if (all.length > MOST_ADDRESSES) wrong.push(`${all.length} addresses, ${MOST_ADDRESSES} at most`);
  if (wrong.length > 0) throw new TypeError(wrong.join('; '));
  const addresses = all.map(addressOf);
  const vhosts = new Set(addresses.map(({ vhost }) => vhost));
  if (vhosts.size > 1)
    throw new TypeError(`all addresses must name one virtual host, not ${[...vhosts].map((v) => `"${v}"`).join(', ')}`);
  return addresses;
}

function whatIsWrong(part: string): string | undefined {
  if (!URL.canParse(part)) return EXPECTED;
  const { protocol, hostname } = new URL(part);
  return ['amqp:', 'amqps:'].includes(protocol) && hostname !== '' ? undefined : EXPECTED;
}

const EXPECTED = 'expected amqp://user:password@host:port/vhost or amqps://…';

function addressOf(part: string): BrokerAddress {
  const url = new URL(part);
  const { protocol, host, pathname } = url;
  const none = url.username === '' && url.password === '';
  return {
    shown: `${protocol}//${host}${pathname}`,
    vhost: decoded(pathname.slice(1)) || '/',
    url,
    // Decoded here: amqplib would read the octets of anything but ASCII one by one.
    account: none
      ? { username: 'guest', password: 'guest' }
      : { username: decoded(url.username), password: decoded(url.password) },
  };
}

/**
 * Where the broker's management API is: `?management=http://host:port` in its URL, else on its usual port of the same host, with
 * TLS where AMQP has it. Undefined with `?management=off`.
 */
export function managementOf({ url }: BrokerAddress): URL | undefined {
  const given = url.searchParams.get('management');
  if (given === 'off') return undefined;
  if (given !== null && URL.canParse(given)) return new URL(given);
  return new URL(url.protocol === 'amqps:' ? `https://${url.hostname}:15671` : `http://${url.hostname}:15672`);
}

/** Opens a connection that carries `name`. */
export function open({ url, account }: BrokerAddress, name: string): Promise<ChannelModel> {
  const { protocol, hostname, port, pathname, searchParams } = url;
  const number = (name: string, otherwise?: number): Record<string, number> => {
    const given = searchParams.get(name);
    const value = given !== null && /^\d{1,9}$/.test(given) ? Number(given) : otherwise;
    return value === undefined ? {} : { [name]: value };
  };
  return connect(
    {
      protocol: protocol.slice(0, -1),
      hostname: hostname.replace(/^\[|\]$/g, ''),
      ...(port === '' ? {} : { port: Number(port) }),
      ...account,
      // It decodes this one itself.
      ...(pathname.length > 1 ? { vhost: pathname.slice(1) } : {}),
      ...number('heartbeat', HEARTBEAT_S),
      ...number('frameMax'),
      ...number('channelMax'),
    },
    {
      // Without it an acknowledgement after an answer waits 40 ms for the peer's delayed TCP acknowledgement.
      noDelay: true,
      timeout: CONNECT_TIMEOUT_MS,
      clientProperties: { connection_name: name },
    },
  );
}

/** As it was before it was written into a URL; what is no valid encoding was meant as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
