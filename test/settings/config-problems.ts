// What parseConfig finds wrong with a text, and the texts that specs of settings begin with.
import { parseConfig } from '../../src/settings/config-file.js';
import { SettingsError } from '../../src/settings/settings-error.js';

export const FILE = 'offcurve.yml';

export function problemsOf(text: string, environment: Record<string, string> = {}) {
  try {
    parseConfig(text, FILE, environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

/** A channel `a` whose service stands on line 3. */
export const channel = (service: string, more = '') => `channels:\n  a:\n    ${service}\n${more}`;
export const ROOM = 'channels:\n  room: { ntfy: { topic: t } }\n';
