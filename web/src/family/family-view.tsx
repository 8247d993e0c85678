// Comes next.
export function FamilyView(_: { id?: string }) {
  return null;
}
