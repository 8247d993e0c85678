// Whether the service can do its work: what it depends on, each asked for itself.

/** `detail` is for people: why it is not ready, or how it stands. */
export interface ProbeResult {
  ready: boolean;
  detail: string | null;
}

export interface Probe {
  name: string;
  check(): Promise<ProbeResult> | ProbeResult;
}

export class Readiness {
  private stopping = false;

  constructor(private readonly probes: readonly Probe[]) {}

  /** From now on the service takes nothing new. */
  stop(): void {
    this.stopping = true;
  }

  async check(): Promise<{ ready: boolean; checks: Record<string, ProbeResult> }> {
    const checks: Record<string, ProbeResult> = {};
    for (const probe of this.probes) checks[probe.name] = await answer(probe);
    if (this.stopping) checks.service = { ready: false, detail: 'the service is stopping' };
    return { ready: Object.values(checks).every(({ ready }) => ready), checks };
  }
}

async function answer(probe: Probe): Promise<ProbeResult> {
  try {
    return await probe.check();
  } catch (error) {
    return { ready: false, detail: (error as Error).message };
  }
}
