// Looks for processes that a command has left behind.
import { readFileSync, readdirSync } from 'node:fs';

/** Command lines of all processes that know a folder: Postgres, Kafka and trainers name theirs. */
export function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(folder) ? [line] : [];
      } catch {
        return []; // ended meanwhile
      }
    });
}
