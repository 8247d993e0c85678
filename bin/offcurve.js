#!/usr/bin/env node
// The command: hands over to the built command line, or says how to build it.
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(main)) {
  process.stderr.write('offcurve: dist/ is missing; run `npm ci` (or `npm run build`) in the project first\n');
  process.exit(1);
}
await import(main.href);
