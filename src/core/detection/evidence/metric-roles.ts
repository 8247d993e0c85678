// What a metric's name says of it: the names under which trainers log what stands beside the loss.

const NAMES = [
  ['loss', 'train/loss', 'train_loss'],
  ['val_loss', 'eval_loss', 'val/loss', 'eval/loss'],
  ['grad_norm', 'train/grad_norm', 'gradient_norm', 'gnorm', 'train/global_grad_norm'],
  ['lr', 'learning_rate', 'train/lr', 'train/learning_rate'],
  ['tokens'],
  // Seconds a step.
  ['step_time', 'train/step_time', 'step_time_s', 'iteration_time', 'seconds_per_step'],
  // Tokens, samples or flops a second: more is better.
  [
    ...['tokens_per_second', 'tokens_per_sec', 'train/tokens_per_second'],
    ...['throughput', 'samples_per_second', 'train_samples_per_second'],
  ],
];

export const [LOSS, VALIDATION, GRADIENT, RATE, TOKENS, STEP_TIME, THROUGHPUT] = [0, 1, 2, 3, 4, 5, 6] as const;
export const ROLES = NAMES.length;

const placeOf = new Map(
  NAMES.flatMap((names, role) => names.map((name, i) => [name, { role, place: i + 1 }] as const)),
);

/** A record's values by role. Of several names for one role the run keeps the first that it logged, in `state`. */
export class MetricRoles {
  private readonly values = new Float64Array(ROLES);
  private present = 0;

  constructor(
    private readonly state: Float64Array,
    private readonly offset: number,
  ) {}

  read(values: Readonly<Record<string, number>>): void {
    const { state, offset } = this;
    this.values.fill(NaN);
    this.present = 0;
    for (const name in values) {
      const known = placeOf.get(name);
      if (known === undefined) continue;
      const { role, place } = known;
      if (state[offset + role] === 0) state[offset + role] = place;
      if (state[offset + role] !== place) continue;
      this.values[role] = values[name]!;
      this.present |= 1 << role;
    }
  }

  /** Its value in the record; NaN where it has none. */
  value(role: number): number {
    return this.values[role]!;
  }
  /** Whether the record has it, be it no number. */
  has(role: number): boolean {
    return (this.present & (1 << role)) !== 0;
  }
  /** The run's name for it; null before it was first logged. */
  name(role: number): string | null {
    const place = this.state[this.offset + role]!;
    return place === 0 ? null : NAMES[role]![place - 1]!;
  }
}
