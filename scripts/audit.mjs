// Asks the registry about known weaknesses in what the service runs with; fails on high and critical ones. `node scripts/audit.mjs`
// A registry that does not answer such questions is said to be one, and fails nothing: it says nothing about us.
import { spawnSync } from 'node:child_process';

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8', timeout: 120_000 });
let report = null;
try {
  report = JSON.parse(stdout);
} catch {
  // Cut off or empty: as good as no answer.
}
if (!report?.metadata?.vulnerabilities) {
  console.log(`no audit: the registry does not answer (${report?.message ?? report?.error?.summary ?? 'no answer'})`);
} else {
  const bad = Object.values(report.vulnerabilities).filter(({ severity }) => ['high', 'critical'].includes(severity));
  for (const { name, severity, range } of bad) console.log(`${severity}: ${name} ${range}`);
  console.log(`${bad.length} dependencies with high or critical weaknesses`);
  process.exitCode = bad.length > 0 ? 1 : 0;
}
