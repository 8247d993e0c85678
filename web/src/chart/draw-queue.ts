// Charts are drawn a few a frame: twenty that change at once must not hold the page up.

/** Of a frame of 16 ms; a chart that is begun is drawn to its end. */
const BUDGET_MS = 8;

const waiting = new Map<object, () => void>();
let asked = false;

/** Draws soon; of several drawings of one chart only the newest is made. */
export function drawSoon(chart: object, draw: () => void): void {
  waiting.set(chart, draw);
  if (asked) return;
  asked = true;
  requestAnimationFrame(drawSome);
}

export function drawNoMore(chart: object): void {
  waiting.delete(chart);
}

function drawSome(): void {
  const end = performance.now() + BUDGET_MS;
  for (const [chart, draw] of waiting) {
    waiting.delete(chart);
    draw();
    if (performance.now() > end) break;
  }
  asked = waiting.size > 0;
  if (asked) requestAnimationFrame(drawSome);
}
