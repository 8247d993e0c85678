export interface Synapse {
  url: string;
  register(name: string): Promise<{ id: string; token: string }>;
  stop(): Promise<void>;
}
export function startSynapse(options?: { limited?: boolean }): Promise<Synapse>;
