// Routes that no deviation can ever come to, because a route before them takes all that they would.
import type { RouteSettings } from './config-schema.js';

/** Indices of such routes, each with the index of the route that takes it all. */
export function unreachableRoutes(routes: readonly RouteSettings[]): { route: number; takenBy: number }[] {
  return routes.flatMap((route, index) => {
    const takenBy = routes.slice(0, index).findIndex((earlier) => earlier.continue !== true && covers(earlier, route));
    return takenBy < 0 ? [] : [{ route: index, takenBy }];
  });
}

/** Whether whatever `narrow` matches, `wide` matches too. */
function covers(wide: RouteSettings, narrow: RouteSettings): boolean {
  const asks = Object.entries(wide.match ?? {}) as [keyof NonNullable<RouteSettings['match']>, string][];
  if (!asks.every(([key, value]) => narrow.match?.[key] === value)) return false;
  if (wide.kinds && !(narrow.kinds ?? []).length) return false;
  if (wide.kinds && !narrow.kinds!.every((kind) => wide.kinds!.includes(kind))) return false;
  return (wide.min_price ?? 0) <= (narrow.min_price ?? 0);
}
