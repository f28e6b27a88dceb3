import type { Envelope } from './envelope.js';

/** What crosses in front of `,"proof":"…"}`, as it was written here or came here. */
const texts = new WeakMap<Envelope, string | Uint8Array>();

/**
 * What the proof of an envelope is about: all that stands in front of it on the wire, where it stands last. Undefined
 * for an envelope that neither was decoded nor has a text that was proved.
 */
export const provedText = (envelope: Envelope): string | Uint8Array | undefined => texts.get(envelope);

/** What stands behind it. */
export const proofEnd = (proof: string): string => `,"proof":"${proof}"}`;

export const keepProvedText = (envelope: Envelope, text: string | Uint8Array): void => void texts.set(envelope, text);
