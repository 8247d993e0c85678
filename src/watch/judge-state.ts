// The bytes of a judgement's state: JSON for the rules, then the forecaster's and the monitor's own bytes.
import { EVIDENCE_SIZE, RunEvidence } from '../core/detection/evidence/run-evidence.js';
import type { MonitorSettings } from '../core/detection/monitor-types.js';
import { RunMonitor } from '../core/detection/run-monitor.js';
import { OutdatedSnapshot, decodeState, encodeState } from '../core/detection/snapshot.js';
import { type ForecasterHead, type Leanings, RunForecaster } from '../forecast/run-forecaster.js';
import type { AttemptState } from '../runs/attempt-rules.js';
import type { RunMetadata } from '../runs/run-announcement.js';
import { monitorPlan } from './monitor-plan.js';
import { decodeValues, encodeValues } from '../runs/value-text.js';

export interface JudgeState {
  attempts: AttemptState;
  judgedSteps: number[];
  effective: RunMetadata;
  seq: number;
  tokensLogged: number | null;
  /** Of what is watched beside the forecast, in base64; absent in snapshots made before there was such. */
  evidence?: string;
}

export function packState(state: JudgeState, monitor: Uint8Array, forecaster: Uint8Array): Uint8Array {
  const attempts = { ...state.attempts, newestValues: encodeValues(state.attempts.newestValues) };
  // A metric that no record of this attempt carried yet is a hole, which JSON would turn into null.
  const judgedSteps = Array.from(state.judgedSteps, (step) => step ?? -1);
  const json = Buffer.from(JSON.stringify({ ...state, attempts, judgedSteps }));
  const head = Buffer.alloc(8);
  head.writeUInt32LE(json.length);
  head.writeUInt32LE(forecaster.length, 4);
  return Buffer.concat([head, json, forecaster, monitor]);
}

export function unpackState(packed: Uint8Array): { state: JudgeState; monitor: Uint8Array; forecaster: Uint8Array } {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const ends = 8 + bytes.readUInt32LE(0);
  const state = JSON.parse(bytes.toString('utf8', 8, ends));
  state.attempts.newestValues = decodeValues(state.attempts.newestValues);
  const behind = ends + bytes.readUInt32LE(4);
  return {
    state,
    forecaster: new Uint8Array(bytes.subarray(ends, behind)),
    monitor: new Uint8Array(bytes.subarray(behind)),
  };
}

/** The evidence beside a forecast; it begins anew where the snapshot has none or one of another size. */
export function restoreEvidence({ evidence, attempts }: JudgeState): RunEvidence {
  const bytes = Buffer.from(evidence ?? '', 'base64');
  if (bytes.length === 8 * EVIDENCE_SIZE) return new RunEvidence(new Float64Array(new Uint8Array(bytes).buffer));
  const anew = new RunEvidence();
  anew.beginAttempt(attempts.attempt, attempts.newestStep + 1, true);
  return anew;
}

export const snapshotEvidence = ({ state }: RunEvidence): string =>
  Buffer.from(state.buffer, state.byteOffset, state.byteLength).toString('base64');

/** Null where the snapshot is of another version of the rules. */
export function restoreMonitor(bytes: Uint8Array): RunMonitor | null {
  try {
    return RunMonitor.restore(bytes);
  } catch (error) {
    if (error instanceof OutdatedSnapshot) return null;
    throw error;
  }
}

/** A detector that begins in the middle of a run. */
export function freshMonitor(settings: MonitorSettings, { attempts, effective }: JudgeState): RunMonitor {
  const monitor = new RunMonitor(settings);
  monitor.plan(monitorPlan(effective));
  monitor.beginAttempt(attempts.attempt, attempts.newestStep + 1);
  return monitor;
}

export const snapshotForecaster = (forecaster: RunForecaster): Uint8Array =>
  encodeState(forecaster.head(), forecaster.arrays);

export function restoreForecaster(bytes: Uint8Array, metadata: RunMetadata, leanings: Leanings): RunForecaster {
  const { head, arrays } = decodeState<ForecasterHead>(bytes, RunForecaster.sizes);
  return RunForecaster.restore(head, arrays, metadata, leanings);
}
