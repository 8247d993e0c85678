// A certificate authority of a test's own, by openssl: certificates that hold, and ones that have run out.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DAY_MS = 86_400_000;
const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export interface Certificate {
  cert: string;
  key: string;
  /** Key and certificate in one file, as Kafka's PEM key store takes them. */
  store: string;
}

/** Files lie in `dir`; `ca` is the authority's own certificate. */
export class Authority {
  readonly ca: string;
  private readonly config: string;

  constructor(
    private readonly dir: string,
    private readonly name: string,
  ) {
    this.ca = this.file('ca.pem');
    this.config = this.file('cnf');
    const key = this.file('ca.key');
    openssl('req', '-x509', ...EC, '-days', '2', '-subj', `/CN=${name}`, '-keyout', key, '-out', this.ca);
    writeFileSync(this.file('index'), '');
    const settings = {
      ...{
        database: this.file('index'),
        new_certs_dir: dir,
        certificate: this.ca,
        private_key: key,
        rand_serial: 'yes',
      },
      ...{ default_md: 'sha256', policy: 'any', unique_subject: 'no', copy_extensions: 'copy' },
    };
    const lines = Object.entries(settings).map(([setting, value]) => `${setting} = ${value}`);
    writeFileSync(
      this.config,
      ['[ca]', 'default_ca = own', '[own]', ...lines, '[any]', 'commonName = supplied', ''].join('\n'),
    );
  }

  /** For 127.0.0.1; `ends` is when it runs out, in days from now, before now for one that has. */
  issue(commonName: string, ends = 2): Certificate {
    const base = `${commonName}-${ends}`;
    const [request, cert, key, store] = ['csr', 'pem', 'key', 'store.pem'].map((end) => this.file(`${base}.${end}`));
    const names = ['-subj', `/CN=${commonName}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
    openssl('req', ...EC, ...names, '-keyout', key!, '-out', request!);
    const span = ['-startdate', dayOf(Math.min(0, ends) - 2), '-enddate', dayOf(ends)];
    openssl('ca', '-batch', '-notext', '-config', this.config, ...span, '-in', request!, '-out', cert!);
    writeFileSync(store!, readFileSync(key!, 'utf8') + readFileSync(cert!, 'utf8'));
    return { cert: cert!, key: key!, store: store! };
  }

  private file(end: string): string {
    return join(this.dir, `${this.name}.${end}`);
  }
}

/** As openssl takes dates: 20260102030405Z. */
const dayOf = (days: number): string =>
  new Date(Date.now() + days * DAY_MS).toISOString().replace(/\D/g, '').slice(0, 14) + 'Z';

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
