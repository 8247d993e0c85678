// Draws a Vega-Lite specification into a file, as PNG or SVG.
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { UserError } from './user-error.js';

/** @throws UserError where the file's name ends in neither .png nor .svg. */
export function checkPictureName(option: string, file: string): void {
  if (!/\.(png|svg)$/i.test(file))
    throw new UserError(`${option} ${file} is neither .png nor .svg`, 'name one of them');
}

/** Every piece of text in `spec` is data. */
export async function writePicture(file: string, spec: Record<string, unknown>): Promise<void> {
  const { compile } = await import('vega-lite');
  const vega = await import('vega');
  const compiled = compile(spec as unknown as Parameters<typeof compile>[0]);
  const svg = await new vega.View(vega.parse(compiled.spec), { renderer: 'none' }).toSVG();
  await writeFile(file, /\.svg$/i.test(file) ? svg : await png(svg));
}

async function png(svg: string): Promise<Buffer> {
  const { Resvg } = await import('@resvg/resvg-js');
  const font = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
  return new Resvg(svg, {
    font: { fontFiles: [font], loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
    fitTo: { mode: 'zoom', value: 2 },
    background: 'white',
  })
    .render()
    .asPng();
}
