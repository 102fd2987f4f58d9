/** How far a source's clock may run ahead of ours. */
export const AHEAD_MS_MAX = 5_000;

/** For how long an id is not taken twice; what happened earlier than that is not taken at all. */
export const WINDOW_MS = 24 * 60 * 60 * 1_000;
