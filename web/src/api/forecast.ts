// The newest forecast of a metric, as the service sends it.

export interface Prediction {
  metric: string;
  attempt: number;
  /** Made at this step. */
  step: number;
  until: number | null;
  final: { loss: number; lower: number; upper: number } | null;
  curve: { step: number; loss: number; lower: number; upper: number }[];
  law: string | null;
  /** What it leans on beyond the run itself, in words. */
  leansOn: string[];
  abstained: string | null;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const read = new WeakMap<readonly unknown[], Prediction[]>();

/** Those of the contract's shape; the same answer is read once. */
export function readForecasts(items: readonly unknown[]): Prediction[] {
  const known = read.get(items);
  if (known !== undefined) return known;
  const predictions = items.map(readForecast).filter((one) => one !== null);
  read.set(items, predictions);
  return predictions;
}

/** Null where the item is not of the contract's shape: the page then draws no forecast. */
export function readForecast(item: unknown): Prediction | null {
  if (!isObject(item) || typeof item.metric !== 'string' || !isNumber(item.step)) return null;
  const forecast = isObject(item.forecast) ? item.forecast : item;
  const final = isObject(forecast.final) ? forecast.final : null;
  const knots = Array.isArray(forecast.curve) ? forecast.curve.filter(isObject) : [];
  const curve = knots.flatMap(({ step, loss, lower, upper }) =>
    isNumber(step) && isNumber(loss) && isNumber(lower) && isNumber(upper) ? [{ step, loss, lower, upper }] : [],
  );
  return {
    metric: item.metric,
    attempt: isNumber(item.attempt) ? item.attempt : 1,
    step: item.step,
    until: isNumber(forecast.until) ? forecast.until : (curve[curve.length - 1]?.step ?? null),
    final:
      final !== null && isNumber(final.loss) && isNumber(final.lower) && isNumber(final.upper)
        ? { loss: final.loss, lower: final.lower, upper: final.upper }
        : null,
    curve,
    law: typeof forecast.law === 'string' ? forecast.law : null,
    leansOn: Array.isArray(forecast.leans_on) ? forecast.leans_on.filter((one) => typeof one === 'string') : [],
    abstained: typeof forecast.abstained === 'string' ? forecast.abstained : null,
  };
}
