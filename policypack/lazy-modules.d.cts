/** See lazy-modules.cjs. */
export const UNUSED: readonly string[];
export function loadSdkLean(from: string): void;
export function loadWhenRead(from: string, names: readonly string[]): void;
