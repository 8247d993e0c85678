// What the watches beside the forecast share: where they look, and an event with no band and no price.
import type { MonitorEvent, MonitorSettings } from '../monitor-types.js';

/** The record that is looked at, and where changes of deviations go. */
export interface Look {
  step: number;
  attempt: number;
  settings: MonitorSettings;
  events: MonitorEvent[];
}

/** Deviations that a budget asks for, from those of ten false alarms per million points: evidence grows with the log of the odds. */
export const deviationsFor = (atTen: number, { perMillion }: MonitorSettings): number =>
  Math.sqrt(atTen ** 2 + Math.max(0, 2 * Math.log(10 / perMillion)));

type Told = Pick<
  MonitorEvent,
  'type' | 'metric' | 'kind' | 'attempt' | 'step' | 'startedAtStep' | 'openedAtStep' | 'observed' | 'evidence'
> &
  Partial<MonitorEvent>;

export function plainEvent(told: Told): MonitorEvent {
  return {
    key: `${told.metric}/${told.attempt}/${told.openedAtStep}`,
    side: 'worse',
    ...{ expected: null, expectedLower: null, expectedUpper: null, sigma: null, computeShare: null },
    advice: null,
    outlook: null,
    ...told,
  };
}
