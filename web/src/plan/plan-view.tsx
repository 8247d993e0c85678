// Comes next.
export function PlanView(_: { id?: string }) {
  return null;
}
