// The names of the topics, with the installation's prefix.

/** What enters, what leaves, and where goes what could not be read. */
export interface TopicNames {
  metrics: string;
  runs: string;
  deviations: string;
  deadLetter: string;
}

/** The topics' names; `prefix` is put before each as it is. */
export function topicNames(prefix: string): TopicNames {
  return {
    metrics: `${prefix}training.metrics`,
    runs: `${prefix}training.runs`,
    deviations: `${prefix}training.deviations`,
    deadLetter: `${prefix}training.metrics.dead-letter`,
  };
}
