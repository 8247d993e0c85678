// The database's address: what the driver understands is taken, what it does not is named before anything starts.
import { readSettings } from './settings.js';

const withAddress = (url: string) => () => readSettings({ DATABASE_URL: url });

it.each([
  'postgresql://owner:pass,word@db:5432/curves?sslmode=require',
  'postgres://[::1]:5432/curves?options=-c%20a=1,2',
  'postgresql:///curves?host=/run/postgresql',
  'postgresql://owner:pass@/curves?host=/run/postgresql',
  'postgresql://owner:pass word@db/curves',
])('%s is taken', (url) => expect(withAddress(url)().databaseUrl).toBe(url));

it.each([
  ['mysql://db/curves', /DATABASE_URL.*not a postgresql:\/\/ address/],
  ['postgresql://u:p@one:5432,two:5432/curves?target_session_attrs=read-write', /DATABASE_URL.*several hosts/],
  ['postgresql://one,two/curves', /DATABASE_URL.*several hosts/],
  ['postgresql://u:p@db:number/curves', /DATABASE_URL.*the port must be a number/],
  ['postgresql://u:pa#ss/word@db/curves', /DATABASE_URL.*%23 %2F/],
])('%s is not', (url, said) => expect(withAddress(url)).toThrow(said));

it.each([
  [{ OFFCURVE_CONFIG: '/' }, /OFFCURVE_CONFIG.*\/ is a folder/],
  [{ OFFCURVE_PUBLIC_URL: 'ftp://offcurve.example.org' }, /OFFCURVE_PUBLIC_URL.*https/],
  [{ OFFCURVE_PUBLIC_URL: 'https://offcurve.example.org/?a=1' }, /OFFCURVE_PUBLIC_URL.*https/],
])('%j is refused by name', (environment, said) => expect(() => readSettings(environment)).toThrow(said));

it('a variable of blanks alone is left out, not zero', () => expect(readSettings({ PORT: ' ' }).port).toBe(8080));
