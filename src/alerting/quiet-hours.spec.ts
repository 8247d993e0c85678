// Quiet hours hold from their first minute to before their last, over midnight and in their own time zone.
import { quietHoursOf, quietUntil } from './quiet-hours.js';

const at = (text: string): number => Date.parse(text);
const night = quietHoursOf('22:00-07:00 Europe/Berlin')!;

describe('quiet hours', () => {
  it('over midnight end in the morning of their own time zone', () => {
    expect(quietUntil(night, at('2026-11-24T20:59:59Z'))).toBeNull();
    expect(quietUntil(night, at('2026-11-24T21:00:00Z'))).toBe(at('2026-11-25T06:00:00Z'));
    expect(quietUntil(night, at('2026-11-25T05:59:30Z'))).toBe(at('2026-11-25T06:00:00Z'));
    expect(quietUntil(night, at('2026-11-25T06:00:00Z'))).toBeNull();
  });
  it('within a day hold only there', () => {
    const lunch = quietHoursOf('12:00-13:30')!;
    expect(quietUntil(lunch, at('2026-11-24T11:59:00Z'))).toBeNull();
    expect(quietUntil(lunch, at('2026-11-24T12:10:00Z'))).toBe(at('2026-11-24T13:30:00Z'));
  });
  it.each(['', '22-7', '25:00-07:00', '22:00-07:00 Mars/Olympus', '07:00-07:00'])('%j are none', (text) =>
    expect(quietHoursOf(text)).toBeNull(),
  );
});

it.each([
  // Berlin's clocks went from 02:00 to 03:00 on 29 March 2026, and from 03:00 back to 02:00 on 25 October.
  ['an hour is left out', '22:00-07:00', '2026-03-28T21:30:00Z', '2026-03-29T05:00:00Z'],
  ['an hour comes twice', '22:00-07:00', '2026-10-24T20:30:00Z', '2026-10-25T06:00:00Z'],
  ['all but the beginning is left out', '01:55-02:10', '2026-03-29T00:59:00Z', '2026-03-29T01:10:00Z'],
  ['the end itself is left out', '22:00-02:30', '2026-03-28T21:30:00Z', '2026-03-29T01:30:00Z'],
])('quiet hours end by the clocks there in a night in which %s', (_name, hours, now, end) =>
  expect(quietUntil(quietHoursOf(`${hours} Europe/Berlin`)!, Date.parse(now))).toBe(Date.parse(end)),
);
