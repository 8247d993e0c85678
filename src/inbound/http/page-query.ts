// What all lists take: how many items, and behind which.
import { z } from 'zod';
import { numeric } from './query-values.js';
import { searched } from './text-values.js';

const MOST_ITEMS = 500;

/** `limit` and `after`, where `after` is the `next` of the page before. */
export const pageQuery = {
  limit: numeric(z.number().int().min(1).max(MOST_ITEMS)).default(50),
  after: searched.optional(),
};
