/** Kept with each commit: a change of what a step means raises it. */
export const ENGINE_VERSION = 'concordat 1, xstate 5';
