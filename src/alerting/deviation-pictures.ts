// The picture of a deviation for messages and for GET /v1/deviations/{id}/chart.png.
import type { RunReader } from '../runs/run-reader.js';
import { type ChartDrawer, type ChartTheme, chartData } from './chart-data.js';
import type { DeviationStore } from './deviation-store.js';
import { headline } from './headline.js';

export class DeviationPictures {
  constructor(
    private readonly deviations: Pick<DeviationStore, 'find'>,
    private readonly runs: RunReader,
    private readonly drawer: ChartDrawer,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** A PNG, or null where there is nothing to draw. @throws the store's or the drawer's error */
  async draw(deviationId: string, theme: ChartTheme): Promise<Buffer | null> {
    const deviation = await this.deviations.find(deviationId);
    const data = deviation && (await chartData(this.runs, deviation, headline(deviation)));
    return data && this.drawer.draw(data, theme);
  }

  /** For messages: no picture is a reason to hold a message back. */
  async picture(deviationId: string, theme: ChartTheme): Promise<Buffer | null> {
    try {
      return await this.draw(deviationId, theme);
    } catch (error) {
      this.onError(error);
      return null;
    }
  }
}
