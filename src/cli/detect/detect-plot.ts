// Draws a judged run: the curve, the band it was judged by, the forecast that stood when it left it, and every deviation.
import type { CurveForecast } from '../../core/curves/curve-forecast.js';
import type { Deviation } from '../../alerting/deviation.js';
import type { BandKnot, RunChange } from '../../watch/watch-store.js';
import { curveBuckets } from '../forecast/curve-buckets.js';
import { forecastSpec } from '../forecast/forecast-plot.js';
import type { PlacedForecast } from '../forecast/placed-forecast.js';
import { type Survey, surveyRun } from '../forecast/survey.js';
import { writePicture } from '../write-picture.js';

/** More would hide the curve. */
const MOST_MARKS = 12;
const LOSSES = ['loss', 'train/loss', 'train_loss', 'val_loss', 'eval_loss'];

type Foretold = PlacedForecast & { metric: string };

/** Keeps of a run's judgement what its picture shows; its size is bounded by the forecasts and knots of one run. */
export class JudgedPicture {
  private readonly knots: BandKnot[] = [];
  private readonly forecasts: Foretold[] = [];
  private readonly deviations = new Map<string, Deviation>();
  private readonly seen = new Set<string>();

  take({ knots, forecasts, deviations, standings }: RunChange): void {
    this.knots.push(...knots);
    for (const name in standings) this.seen.add(name);
    for (const { metric, step, forecast } of forecasts) {
      const made = forecast as Pick<CurveForecast, 'final' | 'curve'> & { until: number };
      const said = { final: made.final, curve: made.curve } as CurveForecast;
      this.forecasts.push({ run: '', metric, at: step, atShare: 0, until: made.until, forecast: said });
    }
    for (const { deviation } of deviations) this.deviations.set(deviation.id, deviation);
  }

  /** @param file .png or .svg */
  async draw(file: string, source: string): Promise<void> {
    const survey = await surveyRun(source);
    try {
      await this.drawSurveyed(file, survey);
    } finally {
      survey.close();
    }
  }

  private async drawSurveyed(file: string, survey: Survey): Promise<void> {
    const metric = LOSSES.find((name) => this.seen.has(name)) ?? [...this.seen][0] ?? 'loss';
    const points = await curveBuckets(survey.file, metric, survey.lastStep);
    const found = [...this.deviations.values()].sort((a, b) => a.startedAtStep - b.startedAtStep).slice(0, MOST_MARKS);
    const marks = found.map((one) => ({ step: one.startedAtStep, label: labelOf(one, metric) }));
    const spec = forecastSpec(survey.run, metric, points, this.standing(metric), marks);
    const layers = spec.layer as Record<string, unknown>[];
    const { x, y } = layers[0]!.encoding as { x: object; y: object };
    const knots = this.knots.filter((knot) => knot.metric === metric);
    const spans = found.map(({ startedAtStep: from, step: to, side }) => ({ from, to: Math.max(to, from), side }));
    layers.unshift(
      {
        data: { values: spans },
        mark: { type: 'rect', opacity: 0.1, clip: true },
        encoding: {
          x: { ...x, field: 'from' },
          x2: { field: 'to' },
          color: { value: '#d55e00', condition: { test: "datum.side === 'better'", value: '#009e73' } },
        },
      },
      {
        data: { values: knots.sort((a, b) => a.attempt - b.attempt || a.step - b.step) },
        mark: { type: 'area', color: '#0072b2', opacity: 0.3, clip: true },
        // A restart's band lies over the one of the attempt before.
        encoding: {
          x,
          y: { ...y, field: 'lower' },
          y2: { field: 'upper' },
          detail: { field: 'attempt', type: 'nominal' },
        },
      },
    );
    await writePicture(file, spec);
  }

  /** The forecast that stood when the run first left its curve; where it never did, the one made half way. */
  private standing(metric: string): PlacedForecast[] {
    const made = this.forecasts.filter((one) => one.metric === metric && one.forecast.final !== null);
    const left = Math.min(...[...this.deviations.values()].map(({ startedAtStep }) => startedAtStep));
    const before = made.filter(({ at, until }) => at <= (left < Infinity ? left : until / 2));
    const stood = before.at(-1) ?? made[0];
    return stood === undefined ? [] : [stood];
  }
}

const labelOf = ({ metric: of, kind }: Deviation, drawn: string): string => (of === drawn ? kind : `${kind} of ${of}`);
