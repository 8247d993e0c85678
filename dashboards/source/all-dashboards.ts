// The dashboards, by the name of the file that each is saved in.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { deviations } from './deviations.js';
import { fleet } from './fleet.js';
import { ingest } from './ingest.js';
import { laws } from './laws.js';
import { run } from './run.js';

export const allDashboards = (): Record<string, Dashboard> => ({
  fleet: fleet(),
  run: run(),
  laws: laws(),
  deviations: deviations(),
  ingest: ingest(),
});
