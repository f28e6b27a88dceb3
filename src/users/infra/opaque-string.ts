const UNUSUAL_SPACES = /\p{Zs}/gu;

/**
 * A password as RFC 8265 (PRECIS, OpaqueString) prepares it: every space is U+0020, composed as NFC does; case stays.
 */
export const asOpaqueString = (password: string): string => password.replaceAll(UNUSUAL_SPACES, ' ').normalize('NFC');
