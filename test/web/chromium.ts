// Chromium for the page's tests: Debian's, installed here where that is allowed.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const PACKAGES = ['chromium', 'fonts-noto-color-emoji', 'fonts-noto-cjk'];
/** Nothing of the browser's own may call out: the tests count every request. */
const QUIET =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** @throws Error that names the one command to type, where there is no Chromium and none can be installed */
export function chromiumPath(): string {
  const found = [process.env.CHROMIUM_PATH, ...PLACES].find((path) => path !== undefined && existsSync(path));
  if (found !== undefined) return found;
  const command = `apt-get install -y --no-install-recommends ${PACKAGES.join(' ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error(`the page is tested in Chromium, which is not here; type: sudo ${command}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (parts: string[]) => execFileSync('apt-get', parts, { stdio: 'pipe', env: environment });
  try {
    run(command.split(' ').slice(1));
  } catch {
    // The lists of packages may be missing or old.
    run(['update']);
    run(command.split(' ').slice(1));
  }
  return PLACES[0]!;
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: QUIET.split(' ') });
