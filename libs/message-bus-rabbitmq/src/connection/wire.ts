import { Socket } from 'node:net';
import type { Published } from './frames.js';

/** What amqplib's connection is, as far as it is used here; of version 2.3. */
export interface Wire {
  readonly stream: Socket;
  readonly channels: readonly ({
    readonly buffer: { readonly readableLength: number; readonly writableLength: number };
  } | null)[];
  readonly frameMax: number;
  sentSinceLastCheck: boolean;
  sendMessage(
    channel: number,
    method: number,
    fields: object,
    header: number,
    properties: Published,
    content: Buffer,
  ): boolean;
  sendMethod(
    channel: number,
    method: number,
    fields: { readonly deliveryTag?: unknown; readonly multiple?: unknown },
  ): boolean;
}

/** What of it a connection lacks; empty: it is one. */
export function missingIn(connection: object): readonly string[] {
  const lacks = ([name, type]: readonly [keyof Wire, string]): boolean => typeof Reflect.get(connection, name) !== type;
  return [
    ...(Reflect.get(connection, 'stream') instanceof Socket ? [] : ['stream']),
    ...(Array.isArray(Reflect.get(connection, 'channels')) ? [] : ['channels']),
    ...MEMBERS.filter(lacks).map(([name]) => name),
  ];
}

export const isWire = (connection: object): connection is Wire => missingIn(connection).length === 0;

const MEMBERS = [
  ['frameMax', 'number'],
  ['sentSinceLastCheck', 'boolean'],
  ['sendMessage', 'function'],
  ['sendMethod', 'function'],
] as const;
