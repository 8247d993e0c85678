// Where the judge of a metric keeps what in its state: one layout, that a snapshot is a copy of it.
import { HISTORY_SIZE } from './coefficient-history.js';
import { CURVE_SCAN_SIZE } from './curve-scan.js';
import { PREDICTOR_SIZE } from './loss-predictor.js';
import { NON_FINITE_SIZE } from './non-finite-watch.js';
import { OPEN_SIZE } from './open-deviation.js';
import { SCALE_SIZE } from './robust-scale.js';
import { SPIKE_SCAN_SIZE } from './spike-scan.js';
import { FEATURES } from './training-position.js';

export const SEEN = 0; // finite values
export const LAST = 1; // newest residual
export const VALUE = 2; // newest value
export const BEST = 3; // lowest log loss so far
export const EXPECTED = 4; // expected log loss of the newest point
export const JUDGED = 5;
export const STEP = 6;
export const BLOCK_SUM = 7;
export const BLOCK_COUNT = 8;
export const BLOCK_LAST = 9;
export const BLOCKS = 10;
export const ABOVE = 11; // points in a row far above the best
export const TOLD_SIDE = 12;
export const TOLD_Z = 13;
export const TOLD_END = 14;
export const OFFSET = 15; // of the forecast that stands while a deviation is open
export const FROZEN = 16; // its coefficients
export const SCALES = FROZEN + FEATURES; // of differences, of residuals, of blocks
export const PREDICTOR = SCALES + 3 * SCALE_SIZE;
export const HISTORY = PREDICTOR + PREDICTOR_SIZE;
export const SPIKES = HISTORY + HISTORY_SIZE;
export const CURVE = SPIKES + SPIKE_SCAN_SIZE;
export const DEVIATION = CURVE + CURVE_SCAN_SIZE;
export const NON_FINITE = DEVIATION + OPEN_SIZE;
export const CARRIED = NON_FINITE + NON_FINITE_SIZE; // by the reference, of the newest point
export const LEANING = CARRIED + 1; // strongest evidence of the last test of the curve, worse and better
export const ONSET_AT = LEANING + 2; // log position at the onset of what is open
export const STRAYED = ONSET_AT + 1; // deviations found, the older ones for less
export const HELD = STRAYED + 1; // points seen when a jump began that waits to be told; 0 where none does
export const RETURNING = HELD + 1; // points until it is known whether a run that went far back is where it was; 0 where none does
export const JUDGE_SIZE = RETURNING + 1;
// While a run returns no block is summed up, and nothing is open.
export const RETURN_SUM = BLOCK_SUM;
export const RETURN_TO = OFFSET; // log loss where it went back to, as it was
// While a jump waits nothing is open, and no point in a row counts: their places are free for it.
export const HELD_LOW = ABOVE; // points in a row below half of its top
export const HELD_FROM = OFFSET; // log loss expected when it began
export const HELD_TOP = FROZEN; // the slopes behind it still price what has settled
