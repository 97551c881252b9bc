export { Host } from "./host.ts";
export type { HostedAccount, HostEvents, HostOptions } from "./host.ts";
export { createJournal } from "./journal.ts";
export type { Journal, JournalOptions, OrphanCard } from "./journal.ts";
export { createModelCatalog } from "./models.ts";
export type { ModelCatalog } from "./models.ts";
export type { BlockSettings, HostSettings, QueueMode, StreamingMode } from "./settings.ts";
export type { TurnResult } from "./turn.ts";
