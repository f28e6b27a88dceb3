/** More than a host of the shop ever shows; a scrape with more is refused, and its host counts as down. */
export const MOST_SERIES = 5_000;
