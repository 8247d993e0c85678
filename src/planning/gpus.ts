// What GPUs can do and draw, by their makers' data sheets.

export interface Gpu {
  name: string;
  /** Dense bf16 matrix throughput, FLOP/s (no sparsity). */
  peakFlops: number;
  /** Board power in watts. */
  watts: number;
  source: string;
}

/** Dense figures: data sheets that print sparse ones are halved. */
export const GPUS: readonly Gpu[] = [
  { name: 'a100', peakFlops: 312e12, watts: 400, source: 'NVIDIA A100 80GB SXM data sheet, 2021' },
  { name: 'h100', peakFlops: 989.4e12, watts: 700, source: 'NVIDIA H100 SXM data sheet, 2022' },
  { name: 'h100-pcie', peakFlops: 756e12, watts: 350, source: 'NVIDIA H100 PCIe data sheet, 2022' },
  { name: 'h200', peakFlops: 989.4e12, watts: 700, source: 'NVIDIA H200 SXM data sheet, 2023' },
  { name: 'h20', peakFlops: 148e12, watts: 400, source: 'NVIDIA H20 data sheet, 2023' },
  { name: 'b200', peakFlops: 2250e12, watts: 1000, source: 'NVIDIA HGX B200 data sheet, 2024' },
  { name: 'l40s', peakFlops: 362e12, watts: 350, source: 'NVIDIA L40S data sheet, 2023' },
  { name: 'rtx4090', peakFlops: 165.2e12, watts: 450, source: 'NVIDIA Ada GPU architecture white paper, 2022' },
  { name: 'mi250x', peakFlops: 383e12, watts: 560, source: 'AMD Instinct MI250X data sheet, 2021' },
  { name: 'mi300x', peakFlops: 1307.4e12, watts: 750, source: 'AMD Instinct MI300X data sheet, 2023' },
];

export const gpuNamed = (name: string): Gpu | undefined =>
  GPUS.find((gpu) => gpu.name === name.toLowerCase().replace(/[\s_]/g, '-'));

/** What a job runs on. */
export interface Machine {
  gpu: Gpu;
  /** How many. */
  count: number;
  /** Share of the peak that training reaches (model FLOP utilisation). */
  mfu: number;
  /** Price of one GPU for an hour in US dollars, where known. */
  gpuHourUsd: number | null;
}

/** What is reached of the peak where nothing better is known. */
export const USUAL_MFU = 0.4;

/** A machine, and where its share of the peak comes from. */
export interface SourcedMachine extends Machine {
  mfuSource: string;
}

/** What compute costs on a machine; nulls where the price is not known. */
export interface Cost {
  gpu_hours: number;
  days: number;
  usd: number | null;
  /** Of the boards alone at full power, without cooling and hosts. */
  energy_kwh: number;
}

export const computeOfHours = (hours: number, { gpu, mfu }: Machine): number => hours * 3600 * gpu.peakFlops * mfu;

export function costOf(compute: number, machine: Machine): Cost {
  const { gpu, count, mfu, gpuHourUsd } = machine;
  const hours = compute / (gpu.peakFlops * mfu) / 3600;
  return {
    gpu_hours: hours,
    days: hours / count / 24,
    usd: gpuHourUsd === null ? null : hours * gpuHourUsd,
    energy_kwh: (hours * gpu.watts) / 1000,
  };
}
