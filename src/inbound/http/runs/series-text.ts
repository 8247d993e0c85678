// A series as the text of its JSON: a thousand buckets are written many times a second, and objects made for them cost half.
import { timeText } from '../../../alerting/deviation-json.js';
import type { SeriesBucket } from '../../../runs/run-reader.js';

const DAY_MS = 86_400_000;
const TWO = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
const THREE = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'));

/** A list of stretches of a series, to the same digits that `JSON.stringify` writes. */
export function seriesText(buckets: readonly SeriesBucket[]): string {
  const time = timeWriter();
  let text = '';
  for (const { attempt, stepFrom, stepTo, timeFrom, timeTo, count, nonfinite, min, max, mean } of buckets)
    text +=
      `${text === '' ? '' : ','}{"attempt":${attempt},"step_from":${stepFrom},"step_to":${stepTo},` +
      `"time_from":"${time(timeFrom)}","time_to":"${time(timeTo)}","count":${count},"nonfinite":${nonfinite},` +
      `"min":${min},"max":${max},"mean":${mean}}`;
  return `{"items":[${text}],"next":null}`;
}

/** Neighbours lie on one day, whose date is written once. */
function timeWriter(): (time: number) => string {
  let from = NaN;
  let date = '';
  return (time) => {
    // Whatever is not in the years of four digits is left to Date.
    if (!(time >= 0 && time < 253_402_300_800_000)) return timeText(time)!;
    const ms = Math.floor(time);
    if (!(ms >= from && ms < from + DAY_MS)) {
      from = ms - (ms % DAY_MS);
      date = timeText(from)!.slice(0, 11);
    }
    const rest = ms - from;
    const seconds = Math.floor(rest / 1000);
    const minutes = Math.floor(seconds / 60);
    return `${date}${TWO[Math.floor(minutes / 60)]!}:${TWO[minutes % 60]!}:${TWO[seconds % 60]!}.${THREE[rest % 1000]!}Z`;
  };
}
