// Where `--at` asks for a forecast.
import { readPlaces } from './places.js';

describe('the places of --at', () => {
  it('are steps and shares, shares exactly as asked', () => {
    expect(readPlaces('20%,5000, 12.5%')).toEqual([{ share: 0.2 }, { step: 5000 }, { share: 0.125 }]);
  });

  it.each(['', 'half', '20%,', '0%', '101%', '-5', '5%%'])('refuse "%s" by name', (text) => {
    expect(() => readPlaces(text)).toThrow(/--at/);
  });
});
