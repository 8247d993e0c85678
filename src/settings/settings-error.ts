// A setting that cannot be used: which one, why, and how to mend it.

/** One thing wrong with the settings. `where` is a variable's name, or file, line and key. */
export interface SettingsProblem {
  where: string;
  reason: string;
  fix: string;
}

/** The service does not start half-configured: all that is wrong is said at once. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  constructor(readonly problems: readonly SettingsProblem[]) {
    super(problems.map(({ where, reason, fix }) => `${where}: ${reason}\n  fix: ${fix}`).join('\n'));
  }
}
