// Comes next.
export function AuditView(_: { id?: string }) {
  return null;
}
