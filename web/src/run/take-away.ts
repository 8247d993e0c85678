// A chart as PNG, every point of a metric as CSV: made here, saved by the browser.
import { askRaw, withQuery } from '../api/client.js';
import type { Run } from '../api/shapes.js';
import { cssColor } from '../ui/theme.js';
import { runUrl } from './use-run.js';

/** The plot on the page's own ground, under a line that says what it is. */
export async function savePng(plot: HTMLCanvasElement, run: Run, metric: string): Promise<void> {
  const ratio = devicePixelRatio;
  const room = 34 * ratio;
  const picture = document.createElement('canvas');
  picture.width = plot.width;
  picture.height = plot.height + room;
  const c = picture.getContext('2d')!;
  c.fillStyle = cssColor('--panel');
  c.fillRect(0, 0, picture.width, picture.height);
  c.fillStyle = cssColor('--text');
  c.font = `600 ${14 * ratio}px system-ui, sans-serif`;
  c.textBaseline = 'middle';
  c.fillText(`${run.name ?? run.id} · ${metric}`, 12 * ratio, room / 2, picture.width - 24 * ratio);
  c.drawImage(plot, 0, room);
  const blob = await new Promise<Blob | null>((made) => picture.toBlob(made, 'image/png'));
  if (blob) save(blob, fileName(run, metric, 'png'));
}

/** Every point as it was logged, told as it goes. @throws ApiError */
export async function saveCsv(run: Run, metric: string, progress: (points: number) => void): Promise<void> {
  const response = await askRaw(withQuery(`${runUrl(run.id)}/points`, { metric }));
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const parts = ['attempt,step,time,value\n'];
  let rest = '';
  let count = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = (rest + value).split('\n');
    rest = lines.pop()!;
    parts.push(lines.map(csvLine).join(''));
    count += lines.length;
    progress(count);
  }
  save(new Blob(parts, { type: 'text/csv' }), fileName(run, metric, 'csv'));
}

/** The value is copied as it was written: reading and writing a number again could lose its last digit. */
function csvLine(line: string): string {
  const { attempt, step, time, nonfinite } = JSON.parse(line) as {
    attempt: number;
    step: number;
    time: string;
    nonfinite?: string;
  };
  const value = nonfinite ?? /"value":([^,}]+)/.exec(line)![1];
  return `${attempt},${step},${time},${value}\n`;
}

const fileName = (run: Run, metric: string, ending: string): string =>
  `${run.id}-${metric}`.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, 120) + `.${ending}`;

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
