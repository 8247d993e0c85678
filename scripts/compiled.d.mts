export function compiled(...folders: string[]): Promise<string>;
