// The picture as a Vega-Lite specification: around the onset above, the whole curve below. Large type: it is read on phones.
import type { TopLevelSpec } from 'vega-lite';
import type { ChartBand, ChartData, ChartPanel, ChartTheme } from '../../alerting/chart-data.js';

/** Colours that keep apart for colour-blind eyes too (Okabe and Ito), on either ground. */
const THEMES = {
  light: { ground: '#ffffff', ink: '#1c1c1c', faint: '#d9d9d9', band: '#0072b2', curve: '#1c1c1c', mark: '#d55e00' },
  dark: { ground: '#16181d', ink: '#e8e8e8', faint: '#3a3d45', band: '#56b4e9', curve: '#f2f2f2', mark: '#e69f00' },
} as const;

const WIDTH = 840;
const ZOOM_HEIGHT = 330;
const WHOLE_HEIGHT = 170;
const FONT = 'DejaVu Sans';
/** A longer line of the title would leave the picture. */
const LONGEST_LINE = 64;

type Colours = (typeof THEMES)[ChartTheme];

/** The specification; every piece of text in it is data, never an expression. */
export function chartSpec(data: ChartData, theme: ChartTheme): TopLevelSpec {
  const colours = THEMES[theme];
  return {
    background: colours.ground,
    padding: 18,
    title: {
      text: titleLines(data.title),
      anchor: 'start',
      fontSize: 20,
      color: colours.ink,
      offset: 14,
      limit: WIDTH,
    },
    vconcat: [
      panel(data.zoom, data, colours, ZOOM_HEIGHT, `${data.metric} around step ${number(data.startedAtStep)}`),
      panel(data.whole, data, colours, WHOLE_HEIGHT, 'the whole run'),
    ],
    spacing: 26,
    config: {
      font: FONT,
      view: { stroke: null },
      axis: {
        labelFontSize: 17,
        labelColor: colours.ink,
        gridColor: colours.faint,
        domainColor: colours.faint,
        tickColor: colours.faint,
        titleFontSize: 18,
        titleColor: colours.ink,
      },
    },
  } as TopLevelSpec;
}

function panel(shown: ChartPanel, data: ChartData, colours: Colours, height: number, title: string): object {
  const y = { type: 'quantitative', scale: { zero: false, domain: extent(shown), clamp: true }, axis: { title: null } };
  const x = { field: 'step', type: 'quantitative', scale: { zero: false, nice: false }, axis: axis() };
  const rule = (step: number, dash: number[]) => ({
    data: { values: [{ step }] },
    mark: { type: 'rule', color: colours.mark, strokeWidth: 2.5, strokeDash: dash },
    encoding: { x },
  });
  return {
    width: WIDTH,
    height,
    title: { text: title, anchor: 'start', fontSize: 17, fontWeight: 'normal', color: colours.ink },
    layer: [
      {
        data: { values: shown.band },
        mark: { type: 'area', color: colours.band, opacity: 0.28, clip: true },
        encoding: { x, y: { ...y, field: 'lower' }, y2: { field: 'upper' } },
      },
      {
        data: { values: shown.band },
        mark: { type: 'line', color: colours.band, strokeWidth: 2.5, strokeDash: [7, 5], clip: true },
        encoding: { x, y: { ...y, field: 'expected' } },
      },
      {
        data: { values: shown.points },
        mark: { type: 'area', color: colours.curve, opacity: 0.25, clip: true },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
      },
      {
        data: { values: shown.points },
        mark: { type: 'line', color: colours.curve, strokeWidth: 2, clip: true },
        encoding: { x, y: { ...y, field: 'value' } },
      },
      {
        data: { values: data.nonfiniteSteps.map((step) => ({ step })) },
        mark: { type: 'tick', color: colours.mark, thickness: 3, clip: true, yOffset: -height / 2 + 10 },
        encoding: { x },
      },
      rule(data.startedAtStep, []),
      ...(data.openedAtStep === data.startedAtStep ? [] : [rule(data.openedAtStep, [3, 4])]),
    ],
  };
}

/** What comes behind the first colon takes a line of its own. */
function titleLines(title: string): string[] {
  const colon = title.indexOf(': ');
  const lines = colon < 0 ? [title] : [title.slice(0, colon + 1), title.slice(colon + 2)];
  return lines.map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE - 1)}…` : line));
}

const axis = (): object => ({ title: null, format: '~s', tickCount: 6, grid: false });

const number = (value: number): string => value.toLocaleString('en-US');

/**
 * From the lowest to the highest that matters: the curve in full, but where a start far above all else would press the
 * rest flat, only what 98 % of the curve needs; and the band as far as it is near the curve.
 */
function extent({ points, band }: ChartPanel): [number, number] {
  const lows = points.map(({ low }) => low).sort((a, b) => a - b);
  const highs = points.map(({ high }) => high).sort((a, b) => a - b);
  if (points.length === 0) return bandExtent(band);
  const high98 = highs[Math.floor(0.98 * (highs.length - 1))]!;
  const lowest = lows[0]!;
  const top = highs.at(-1)! - lowest > 4 * (high98 - lowest) && high98 > lowest ? high98 : highs.at(-1)!;
  const room = top - lowest || Math.abs(top) || 1;
  const near = band.filter(({ upper, lower }) => upper < top + room && lower > lowest - room);
  const low = Math.min(lowest, ...near.map(({ lower }) => lower));
  const high = Math.max(top, ...near.map(({ upper }) => upper));
  const margin = 0.05 * (high - low || Math.abs(high) || 1);
  return [low - margin, high + margin];
}

const bandExtent = (band: readonly ChartBand[]): [number, number] =>
  band.length === 0
    ? [0, 1]
    : [Math.min(...band.map(({ lower }) => lower)), Math.max(...band.map(({ upper }) => upper))];
