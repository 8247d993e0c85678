// Types of broker.mjs for the TypeScript that starts brokers: the demo, the tests, the benchmarks.
export interface KafkaOptions {
  /** Where the brokers' data live; kept from one start to the next. */
  dir: string;
  brokers?: number;
  /** One client port a broker; a free one is taken where none is given. */
  ports?: number[];
  /** Java heap of each broker, as `-Xmx` takes it. */
  heap?: string;
  /** Broker settings laid over the defaults. */
  properties?: Record<string, string | number | boolean>;
  /** More listeners than the open one, by name (capitals), such as `{ SCRAM: 'SASL_SSL' }`; each takes a free port. */
  listeners?: Record<string, 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'>;
  /** Users that the data are formatted with. */
  scram?: { mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512'; name: string; password: string }[];
  /** Where the jars are kept; `.cache/kafka` of the clone, or the user's cache folder for an installed package. */
  cacheDir?: string;
  onProgress?: (line: string) => void;
}

export interface RunningBroker {
  readonly id: number;
  readonly port: number;
  readonly pid: number | null;
  readonly logFile: string;
  /** Goes on with its data on its port. */
  start(): Promise<void>;
  /** SIGTERM, then SIGKILL after 15 s. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGSTOP and SIGCONT: hangs with open connections. */
  pause(): void;
  resume(): void;
}

export interface RunningKafka {
  /** Comma-separated addresses, as KAFKA_BROKERS takes them. */
  bootstrap: string;
  /** The same for one of `listeners`. */
  bootstrapOf(listener: string): string;
  clusterId: string;
  brokers: RunningBroker[];
  stop(): Promise<void>;
}

export function startKafka(options: KafkaOptions): Promise<RunningKafka>;
/** Which of `java` and (until the jars are fetched) `mvn` are not on the PATH. */
export function missingPrograms(cacheDir?: string): string[];
