// One uPlot chart: axes, cursor and zoom are uPlot's, the layers are drawn by us.
import uPlot from 'uplot';
import { cssColor } from '../ui/theme.js';
import type { ChartSpec } from './chart-spec.js';
import { drawLayers } from './layers.js';
import { logTicks, roundTicks, tickTexts } from './ticks.js';
import { yRange } from './y-range.js';

export interface PlotEvents {
  /** A stretch was dragged over, in x. */
  zoom: (from: number, to: number) => void;
  reset: () => void;
  /** The cursor is over this x; null where it left. */
  cursor: (x: number | null) => void;
}

export interface PlotSize {
  width: number;
  height: number;
}

/** Charts of one `group` share their cursor. A chart with other kinds of scales is a new chart. */
export class Plot {
  private readonly u: uPlot;

  constructor(
    host: HTMLElement,
    private spec: ChartSpec,
    private whole: { from: number; to: number },
    size: PlotSize,
    group: string,
    private readonly events: PlotEvents,
  ) {
    this.u = new uPlot(this.options(size, group), this.data(), host);
    this.u.over.addEventListener('dblclick', () => this.events.reset());
  }

  update(spec: ChartSpec, whole: { from: number; to: number }): void {
    this.spec = spec;
    this.whole = whole;
    this.u.batch(() => {
      this.u.setData(this.data(), false);
      this.u.setScale('x', { min: spec.x.from, max: spec.x.to });
      const [min, max] = yRange(spec, whole);
      this.u.setScale('y', { min, max });
      this.u.redraw(false, true);
    });
  }

  resize(size: PlotSize): void {
    this.u.setSize(size);
  }

  /** Colours are read anew. */
  redraw(): void {
    this.u.redraw(false, true);
  }

  get canvas(): HTMLCanvasElement {
    return this.u.ctx.canvas;
  }

  /** Puts the cursor on the point so many places from where it is, and says where that is. */
  moveCursor(by: number): void {
    const xs = this.u.data[0];
    if (xs.length === 0) return;
    const at = this.u.cursor.idx ?? (by > 0 ? -1 : xs.length);
    const next = Math.max(0, Math.min(xs.length - 1, at + by));
    this.u.setCursor({ left: this.u.valToPos(xs[next]!, 'x'), top: this.u.over.clientHeight / 2 });
  }

  destroy(): void {
    this.u.destroy();
  }

  /** uPlot's cursor wants one rising x: all traces' points, merged. */
  private data(): uPlot.AlignedData {
    const points = this.spec.traces.flatMap(({ x, mean }) => x.map((at, i) => [at, mean[i] ?? null] as const));
    points.sort((a, b) => a[0] - b[0]);
    return [points.map(([x]) => x), points.map(([, y]) => y)];
  }

  private options({ width, height }: PlotSize, group: string): uPlot.Options {
    const { x, y } = this.spec;
    const axis = {
      stroke: () => cssColor('--quiet'),
      font: '11px system-ui, sans-serif',
      grid: { stroke: () => cssColor('--grid'), width: 1 },
      ticks: { show: false },
      filter: (_: uPlot, splits: number[]) => splits,
    };
    const ticks = (log: boolean) => (u: uPlot, index: number, min: number, max: number) => {
      const room = index === 0 ? u.bbox.width / 90 : u.bbox.height / 34;
      const places = (log ? logTicks : roundTicks)(min, max, Math.max(2, room / devicePixelRatio));
      // Steps, tokens and operations are counted: there is nothing between one and two.
      return index === 0 ? places.filter(Number.isInteger) : places;
    };
    const words = (_: uPlot, splits: number[]) => tickTexts(splits);
    return {
      width,
      height,
      padding: [8, 22, 0, 0],
      legend: { show: false },
      scales: {
        x: {
          time: x.kind === 'time',
          distr: x.log ? 3 : 1,
          range: () => [this.spec.x.from, this.spec.x.to],
        },
        y: { distr: y.log ? 3 : 1, range: () => yRange(this.spec, this.whole) },
      },
      axes: [
        x.kind === 'time'
          ? { ...axis, size: 36, space: 80 }
          : { ...axis, size: 26, gap: 4, splits: ticks(x.log), values: words },
        { ...axis, size: 54, gap: 6, splits: ticks(y.log), values: words },
      ],
      series: [{}, { paths: () => null, points: { show: false }, stroke: () => cssColor('--curve') }],
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        points: { size: 7, fill: () => cssColor('--curve'), stroke: () => cssColor('--panel') },
        sync: {
          key: group,
          scales: ['x', null],
          filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
        },
      },
      hooks: {
        drawAxes: [(u) => drawLayers(u, this.spec)],
        setCursor: [
          (u) => {
            const { left } = u.cursor;
            this.events.cursor(left === undefined || left < 0 ? null : u.posToVal(left, 'x'));
          },
        ],
        setSelect: [
          (u) => {
            const { left, width: wide } = u.select;
            if (wide < 4) return;
            this.events.zoom(u.posToVal(left, 'x'), u.posToVal(left + wide, 'x'));
            u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
          },
        ],
      },
    };
  }
}
