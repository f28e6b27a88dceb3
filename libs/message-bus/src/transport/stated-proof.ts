import { addressName, type Address } from './transport.js';

/** `number.mac`: the number that its sender gave the message, and what proves it, its destination and its text. */
const PROOF = /^([0-9a-z]{1,10})\.([\w-]{1,1792})$/;

/** A proof as it stands in an envelope. */
export interface StatedProof {
  readonly number: number;
  readonly mac: string;
}

export const proofOf = ({ number, mac }: StatedProof): string => `${number.toString(36)}.${mac}`;

/** Undefined for what is no proof. */
export function readProof(proof: string): StatedProof | undefined {
  const [, number, mac] = PROOF.exec(proof) ?? [];
  return number === undefined || mac === undefined ? undefined : { number: Number.parseInt(number, 36), mac };
}

/** What is proved before the text: where it goes, and its number. Part of what hosts of two releases agree on. */
export const headOf = (to: Address, number: number): string => `${addressName(to)} ${number}\n`;
