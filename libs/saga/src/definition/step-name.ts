/** The name of a step or a group. */
export const STEP_NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
