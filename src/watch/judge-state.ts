// The bytes of a judgement's state: a length, JSON for the rules, then the monitor's own bytes.
import type { AttemptState } from '../runs/attempt-rules.js';
import type { RunMetadata } from '../runs/run-announcement.js';
import { decodeValues, encodeValues } from '../runs/value-text.js';

export interface JudgeState {
  attempts: AttemptState;
  judgedSteps: number[];
  effective: RunMetadata;
  seq: number;
  tokensLogged: number | null;
}

export function packState(state: JudgeState, monitor: Uint8Array): Uint8Array {
  const attempts = { ...state.attempts, newestValues: encodeValues(state.attempts.newestValues) };
  // A metric that no record of this attempt carried yet is a hole, which JSON would turn into null.
  const judgedSteps = Array.from(state.judgedSteps, (step) => step ?? -1);
  const json = Buffer.from(JSON.stringify({ ...state, attempts, judgedSteps }));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(json.length);
  return Buffer.concat([head, json, monitor]);
}

export function unpackState(packed: Uint8Array): { state: JudgeState; monitor: Uint8Array } {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const length = bytes.readUInt32LE(0);
  const state = JSON.parse(bytes.toString('utf8', 4, 4 + length));
  state.attempts.newestValues = decodeValues(state.attempts.newestValues);
  return { state, monitor: new Uint8Array(bytes.subarray(4 + length)) };
}
