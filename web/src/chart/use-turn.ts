// Gives a chart what has changed when it is its turn, so that twenty charts are not computed in one go.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { drawNoMore, drawSoon } from './draw-queue.js';

/** `value` as it was at the last turn, the first one at once. Where `wanted` is false no turn is asked for. */
export function useTurn<T>(value: T, wanted: boolean): T {
  const [shown, setShown] = useState({ value });
  const self = useRef({});
  useLayoutEffect(() => {
    if (wanted && shown.value !== value) drawSoon(self.current, () => setShown({ value }));
  }, [value, wanted]);
  useEffect(() => () => drawNoMore(self.current), []);
  return shown.value;
}
