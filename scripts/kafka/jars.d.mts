// Types of jars.mjs for the tests that run Kafka's own tools.
export function kafkaJars(options?: { cacheDir?: string; onProgress?: (line: string) => void }): Promise<string>;
