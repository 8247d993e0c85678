// What the service says of a plan, as far as the page reads it.
export interface Gpu {
  name: string;
  peak_flops: number;
  watts: number;
  source: string;
}

export interface Ranged {
  value: number;
  lower: number | null;
  upper: number | null;
}

export interface PlannedRun {
  params: number;
  tokens: number;
  tokens_per_param: number;
  compute: number;
  loss: number;
  lower: number;
  upper: number;
  cost: { gpu_hours: number; days: number; usd: number | null; energy_kwh: number } | null;
}

export interface AxisVerdict {
  gain_of_twice_params: number;
  gain_of_twice_tokens: number;
  binds: 'params' | 'tokens' | 'neither';
  verdict: string;
  size_ratio: number;
  wasted: number;
  way_out: { params: number; tokens: number; compute: number } | null;
}

export interface Plan {
  family: string;
  metric: string;
  version: number;
  level: number;
  optimum: PlannedRun & { params_interval: Ranged; tokens_interval: Ranged };
  shape: { layers: number; width: number; heads: number; params: number };
  around: { params: number; tokens: number; loss: number; lower: number; upper: number }[];
  neighbours: { half: PlannedRun; double: PlannedRun };
  smaller: (PlannedRun & { extra_compute: number; pays_back_after_tokens: number }) | null;
  better: { share: number; loss: number; params: Ranged; tokens: Ranged; compute: Ranged };
  next_doubling: Ranged;
  own: (PlannedRun & AxisVerdict) | null;
  repeats: {
    unique_tokens: number;
    params: number;
    tokens: number;
    epochs: number;
    worth_tokens: number;
    loss: number;
    source: string;
  } | null;
  trusted_to_compute: number;
  warnings: string[];
}
