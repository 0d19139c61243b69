import type { Shell } from "./state.ts";
export async function interact(_shell: Shell, _options: object): Promise<number> { return 0; }
