import { ensurePython } from './pinned-python.ts';

/** @returns the Python that has Schemathesis */
export const ensureSchemathesis = (): Promise<string> => ensurePython('schemathesis');
