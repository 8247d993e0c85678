// Comes next.
export function FamiliesView(_: { id?: string }) {
  return null;
}
