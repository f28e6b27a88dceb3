import { parseName, type RequestContract } from '@isolith/contracts';

/**
 * Begins the names of the messages that every context answers for its operators; they are no part of what an
 * application declares.
 */
const BUILT_IN = 'actuator-';
const HAS_BUILT_IN = /^[^.]+\.actuator-/;

export const isBuiltIn = ({ name }: RequestContract): boolean => parseName(name).message.startsWith(BUILT_IN);

/** The same of a name that may be none. */
export const isBuiltInName = (name: string): boolean => HAS_BUILT_IN.test(name);
