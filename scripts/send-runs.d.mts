export interface RunItem {
  kind: 'runs' | 'metrics';
  body: Record<string, unknown>;
}
export function readRun(
  file: string,
  options?: { run?: string; upTo?: number; endAt?: number; stretch?: number },
): Promise<RunItem[]>;
export function send(url: string, items: readonly RunItem[], options?: { most?: number }): Promise<void>;
