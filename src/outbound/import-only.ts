// Node's flags for worker threads whose code is loaded by import alone.

/**
 * Piscina tries require() first, and on Node 20 a thread that is ended while it requires a module of ours takes the whole
 * process with it (v8::Module::IsGraphAsync must be used on an instantiated module).
 */
export const IMPORT_ONLY = ['--no-experimental-require-module'];
