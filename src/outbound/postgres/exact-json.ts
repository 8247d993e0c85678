// JSON that keeps every number: NaN, infinities and -0 as tagged objects, which plain JSON would turn into null or 0.
const TAG = '$number';

/** A copy for a JSON column. Absent fields stay absent. */
export function toJson(value: unknown): unknown {
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { [TAG]: Object.is(value, -0) ? '-0' : String(value) };
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toJson);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toJson(part)]));
}

/** The value that `toJson` was given. */
export function fromJson(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map(fromJson);
  const word = (json as Record<string, unknown>)[TAG];
  if (typeof word === 'string') return Number(word);
  return Object.fromEntries(Object.entries(json).map(([key, part]) => [key, fromJson(part)]));
}

export const toJsonText = (value: unknown): string => JSON.stringify(toJson(value));
