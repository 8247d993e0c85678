// What a show needs: where to send, whom to tell, and when to leave off.
import type { Progress } from '../progress.js';
import type { DeviationFeed } from './deviation-feed.js';
import type { Stage } from './stage.js';

export interface Show {
  stage: Stage;
  feed: DeviationFeed;
  progress: Progress;
  signal: AbortSignal;
}
