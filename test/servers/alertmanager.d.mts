export function startAlertmanager(webhook: string): Promise<{ url: string; stop(): Promise<void> }>;
