// A transformer that can be built, near the size that was asked for.

export interface Shape {
  layers: number;
  width: number;
  heads: number;
  /** 12·layers·width²: attention and a fourfold feed-forward part, without embeddings. */
  params: number;
}

const WIDTH_STEP = 128;
const HEAD = 128;
const SMALL_HEAD = 64;
/** Width over layers; losses are flat from about 30 to 300 (Kaplan et al. 2020, fig. 5). */
const ASPECT = 100;
const ASPECT_WEIGHT = 0.02;

/** The shape of least distance from `params`, with a slight preference for a width of a hundred times the layers. */
export function buildableShape(params: number): Shape {
  const middle = Math.cbrt((params * ASPECT) / 12);
  const step = middle < 8 * WIDTH_STEP ? SMALL_HEAD : WIDTH_STEP;
  let best: Shape | null = null;
  let least = Infinity;
  for (let width = step; width <= 3 * middle + step; width += step) {
    const layers = Math.max(1, Math.round(params / (12 * width * width)));
    const made = 12 * layers * width * width;
    const cost = Math.abs(Math.log(made / params)) + ASPECT_WEIGHT * Math.log(width / layers / ASPECT) ** 2;
    if (cost >= least) continue;
    least = cost;
    best = {
      layers,
      width,
      heads: Math.max(1, Math.round(width / (step === WIDTH_STEP ? HEAD : SMALL_HEAD))),
      params: made,
    };
  }
  return best!;
}
