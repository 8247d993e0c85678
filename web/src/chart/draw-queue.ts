// Charts are prepared and drawn a few a frame: twenty that change at once must not hold the page up.

/** Of a frame of 16 ms, which the browser then needs to paint; a chart that is begun is drawn to its end. */
const BUDGET_MS = 6;
/**
 * Without a GPU the browser paints canvases at the end of the task that drew on them, which takes three times as long as
 * the drawing. The few charts of a zoom come at once; of more, which no eye follows one by one, fewer go into a task.
 */
const FEW = 6;
const BUDGET_OF_MANY_MS = 2;

const waiting = new Map<object, () => void>();
let asked = false;
/** More than a few waited, and they are not all drawn yet. */
let many = false;

/** Draws soon; of several drawings of one chart only the newest is made, in the place of the first. */
export function drawSoon(chart: object, draw: () => void): void {
  waiting.set(chart, draw);
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => void drawSome());
}

export function drawNoMore(chart: object): void {
  waiting.delete(chart);
}

async function drawSome(): Promise<void> {
  many ||= waiting.size > FEW;
  const end = performance.now() + (many ? BUDGET_OF_MANY_MS : BUDGET_MS);
  for (const [chart, draw] of waiting) {
    waiting.delete(chart);
    draw();
    // What it sets off at once, as the rendering of a component, is part of its time.
    await Promise.resolve();
    if (performance.now() > end) break;
  }
  asked = waiting.size > 0;
  many &&= asked;
  if (asked) requestAnimationFrame(() => void drawSome());
}
