/** The account that a call of the host is about, read as both hosts read it. */
export { resolveAccount } from "../../config/index.ts";
export type { ResolvedAccount } from "../../config/index.ts";
