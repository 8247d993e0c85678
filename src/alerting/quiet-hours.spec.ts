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
