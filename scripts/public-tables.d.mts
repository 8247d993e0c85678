export interface PublicTable {
  name: string;
  runs: { params: number; tokens: number; loss: number }[];
}
export function publicTables(folder: string): PublicTable[];
