import { z } from "zod";
import type { Settings } from "../settings.ts";

/** New values of some settings; those of `longConnection` one by one. */
export type SettingsChanges = Partial<Omit<Settings, "longConnection">> & {
  longConnection?: Partial<Settings["longConnection"]> | undefined;
};

const ms = z.number().min(0);
const flag = z.boolean();
const atLeastOne = z.int().min(1);
const scope = z.enum(["all", "card", "off"]);

const kinds = {
  authHttpStatus: z.int().min(200).max(599),
  failedCallsConsumeSequence: flag,
  checkFirst: z.enum(["sequence", "uuid"]),
  cardUuidMs: ms,
  cardUuidReplay: z.enum(["refuse", "same"]),
  imUuidReplay: z.enum(["same", "refuse"]),
  apiPerSecond: atLeastOne,
  apiPerMinute: atLeastOne,
  cardLimitWhileStreaming: flag,
  cardLimitCode: z.union([z.literal(230020), z.literal(99991400), z.literal(200400)]),
  limitWindow: z.enum(["sliding", "fixed"]),
  cardMaxBytes: atLeastOne,
  entityMaxBytes: atLeastOne,
  maxTablesPerCard: z.int().min(0),
  maxTablesPerElement: z.int().min(0),
  secondSendSubCode: z.int(),
  patchEntityMessage: z.enum(["detach", "merge", "refuse"]),
  patchNeedsUpdateMulti: flag,
  addElementAfterTimeout: z.enum(["refuse", "ok"]),
  checkMentions: scope,
  checkImages: scope,
  elementVisibleAfterMs: ms,
  fullUpdateEndsStreaming: flag,
  updateMultiRequired: flag,
  recallWindowMs: ms,
  editWindowMs: ms,
  duplicateEvents: flag,
  longConnectionAllowed: flag,
  longConnection: z
    .strictObject({
      pingIntervalSeconds: atLeastOne,
      reconnectCount: z.int().min(-1),
      reconnectIntervalSeconds: atLeastOne,
      reconnectNonceSeconds: z.int().min(0),
      frameBytes: atLeastOne,
    })
    .partial(),
  keepHistory: flag,
} satisfies Record<keyof Settings, z.ZodType>;

/** What `PATCH /emulator/settings` takes. */
export const settingsBody: z.ZodType<SettingsChanges> = z.strictObject(kinds).partial();

/** Puts changes into the settings in force. */
export function changeSettings(settings: Settings, { longConnection, ...changes }: SettingsChanges): void {
  Object.assign(settings, changes);
  if (longConnection !== undefined) settings.longConnection = { ...settings.longConnection, ...longConnection };
}
