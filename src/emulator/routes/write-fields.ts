import { z } from "zod";
import { CARDKIT_UUID_CHARS, SEQUENCE_MAX } from "../limits.ts";

/** `sequence` and `uuid`, on every CardKit write. 0 passes here and is refused by the comparison (300317), as seen. */
export const writeFields: { readonly sequence: z.ZodInt; readonly uuid: z.ZodOptional<z.ZodString> } = {
  sequence: z.int().min(0).max(SEQUENCE_MAX),
  uuid: z.string().min(1).max(CARDKIT_UUID_CHARS).optional(),
};
