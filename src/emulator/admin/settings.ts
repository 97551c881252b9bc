import { z } from "zod";
import type { Settings } from "../state/settings.ts";

/** New values of some settings; those of `longConnection` one by one. */
export type SettingsChanges = Partial<Omit<Settings, "longConnection">> & {
  longConnection?: Partial<Settings["longConnection"]> | undefined;
};

const ms = z.number().min(0);
const flag = z.boolean();
const atLeastOne = z.int().min(1);
const scope = z.enum(["all", "card", "off"]);

const kinds = {
  apiPerSecond: atLeastOne,
  apiPerMinute: atLeastOne,
  checkMentions: scope,
  checkImages: scope,
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
  registrationAddons: flag,
  registrationIntervalSeconds: atLeastOne,
  keepHistory: flag,
} satisfies Record<keyof Settings, z.ZodType>;

/** What `PATCH /emulator/settings` takes. */
export const settingsBody: z.ZodType<SettingsChanges> = z.strictObject(kinds).partial();

/** Puts changes into the settings in force. */
export function changeSettings(settings: Settings, { longConnection, ...changes }: SettingsChanges): void {
  Object.assign(settings, changes);
  if (longConnection !== undefined) settings.longConnection = { ...settings.longConnection, ...longConnection };
}
