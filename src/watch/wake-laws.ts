// Passes news on to the pages, and tells the families whose laws may lean on it.
import type { DeviationChange } from '../alerting/deviation.js';
import type { FamilyLaws } from '../forecast/laws/family-laws.js';
import { LivePush, type RunNews } from './live-push.js';

export class WakeLaws extends LivePush {
  constructor(
    private readonly pages: LivePush,
    private readonly laws: Pick<FamilyLaws, 'note'>,
  ) {
    super();
  }

  override push(news: readonly RunNews[]): void {
    this.pages.push(news);
    for (const { header, forecasts } of news) {
      const { family } = header.metadata;
      // A running run counts by its forecast; which is far enough is seen when the family is read.
      if (family !== undefined && (header.status === 'finished' || forecasts.length > 0)) this.laws.note(family);
    }
  }

  override deviation(change: DeviationChange): void {
    this.pages.deviation(change);
  }
}
