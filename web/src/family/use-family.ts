// A family's law with its history and, where one is chosen, another family beside it; live.
import { ask, withQuery } from '../api/client.js';
import { useLive } from '../api/live.js';
import type { Page } from '../api/shapes.js';
import { type Loaded, useLoaded } from '../ui/use-loaded.js';
import type { FamilyInShort, FamilyPicture, LawHistory, Multiplier } from './law-shapes.js';

/** Running runs move on the picture; where they stand is asked for at most so often. */
const LOOK_EVERY_MS = 4000;

const familyUrl = (family: string): string => `/v1/families/${encodeURIComponent(family)}`;

export const useFamilies = (): Loaded<FamilyInShort[]> => {
  const families = useLoaded(
    'families',
    async (signal) => (await ask<Page<FamilyInShort>>('/v1/families', { signal })).items,
    { everyMs: LOOK_EVERY_MS },
  );
  useLive(
    { all: true },
    { news: (kind) => (kind === 'law' ? families.reload() : undefined), resumed: () => families.reload() },
  );
  return families;
};

/** Why a family has no law yet, in sentences. */
export interface Lack {
  missing: string[];
  left_out: { run: string; reason: string }[];
}

export function useLack(family: string): Loaded<Lack> {
  const lack = useLoaded(
    family,
    (signal) => ask<Lack>(withQuery(`${familyUrl(family)}/laws`, { limit: 1 }), { signal }),
    {
      everyMs: LOOK_EVERY_MS,
    },
  );
  useLive({ family }, { news: () => lack.reload(), resumed: () => lack.reload() });
  return lack;
}

export interface FamilyNews {
  picture: Loaded<FamilyPicture | null>;
  history: Loaded<LawHistory | null>;
}

/** @param version the newest where null */
export function useFamily(family: string, metric: string | null, version: number | null): FamilyNews {
  const picture = useLoaded(
    `${family}\n${metric ?? ''}\n${version ?? ''}`,
    async (signal) =>
      metric === null
        ? null
        : ask<FamilyPicture>(withQuery(`${familyUrl(family)}/picture`, { metric, version }), { signal }),
    { everyMs: LOOK_EVERY_MS, keep: true },
  );
  const history = useLoaded(
    `${family}\n${metric ?? ''}`,
    async (signal) =>
      metric === null ? null : ask<LawHistory>(withQuery(`${familyUrl(family)}/history`, { metric }), { signal }),
    { everyMs: LOOK_EVERY_MS },
  );
  const again = (): void => {
    picture.reload();
    history.reload();
  };
  useLive(
    { family },
    { news: (kind) => (kind === 'law' ? again() : kind === 'points' ? picture.reload() : undefined), resumed: again },
  );
  return { picture, history };
}

export interface Beside {
  picture: FamilyPicture;
  multiplier: Multiplier;
}

export function useBeside(family: string, other: string | null, metric: string | null): Loaded<Beside | null> {
  return useLoaded(`${family}\n${other ?? ''}\n${metric ?? ''}`, async (signal) => {
    if (other === null || metric === null) return null;
    const [picture, multiplier] = await Promise.all([
      ask<FamilyPicture>(withQuery(`${familyUrl(other)}/picture`, { metric }), { signal }),
      ask<Multiplier>(withQuery(`${familyUrl(family)}/multiplier`, { metric, with: other }), { signal }),
    ]);
    return { picture, multiplier };
  });
}
