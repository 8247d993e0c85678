// The PEM files of a TLS connection, read anew for each connection: certificates are renewed while the service runs.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface TlsPaths {
  ca: string | null;
  cert: string | null;
  key: string | null;
}

/** A file that cannot be read for a moment, as while it is replaced, counts as it was read last. */
export class TlsFiles {
  private readonly last = new Map<keyof TlsPaths, string>();

  constructor(private readonly paths: TlsPaths) {
    for (const name of ['ca', 'cert', 'key'] as const) this.read(name);
  }

  /** PEM texts; null where no file was named. */
  get ca(): string | null {
    return this.read('ca');
  }

  get cert(): string | null {
    return this.read('cert');
  }

  get key(): string | null {
    return this.read('key');
  }

  /** When the own certificate ends, in milliseconds since the epoch; null where there is none, or none that can be read. */
  get certEnds(): number | null {
    const { cert } = this;
    if (cert === null) return null;
    try {
      return Date.parse(new X509Certificate(cert).validTo);
    } catch {
      return null;
    }
  }

  private read(name: keyof TlsPaths): string | null {
    const path = this.paths[name];
    if (path === null) return null;
    try {
      const text = readFileSync(path, 'utf8');
      if (text.includes('-----BEGIN')) this.last.set(name, text);
    } catch {
      // As it was read last.
    }
    return this.last.get(name) ?? null;
  }
}
