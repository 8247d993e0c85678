// What all lists take: how many items, and behind which.
import { z } from 'zod';

const MOST_ITEMS = 500;

/** `limit` and `after`, where `after` is the `next` of the page before. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(MOST_ITEMS).default(50),
  after: z.string().min(1).max(512).optional(),
};
