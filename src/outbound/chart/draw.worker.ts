// Runs in a worker thread: from the data of a picture to its PNG.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import * as vega from 'vega';
import { compile } from 'vega-lite';
import type { ChartData, ChartTheme } from '../../alerting/chart-data.js';
import { chartSpec } from './chart-spec.js';

const PIXELS_WIDE = 960;
const fonts = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');
/** Without fonts no text is drawn at all, and the system may have none. */
const font = {
  fontFiles: ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) => join(fonts, name)),
  loadSystemFonts: false,
  defaultFontFamily: 'DejaVu Sans',
};

export default async function draw({ data, theme }: { data: ChartData; theme: ChartTheme }): Promise<Uint8Array> {
  const view = new vega.View(vega.parse(compile(chartSpec(data, theme)).spec), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    return new Resvg(svg, { font, fitTo: { mode: 'width', value: PIXELS_WIDE } }).render().asPng();
  } finally {
    view.finalize();
  }
}
