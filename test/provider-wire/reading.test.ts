import { describe, expect, it } from "vitest";
import { hintOf, readWire } from "../../src/provider-wire/index.ts";
import { collect } from "../support/llm/feed.ts";
import { CUTS, expected, hear, pieces, readStreamFiles } from "../support/llm/stream-files.ts";

describe("[E6] the reading of every stream in the library", () => {
  it.each(readStreamFiles().map((file) => [file.name, file] as const))("%s", async (_, file) => {
    for (const how of CUTS) {
      const options = { hint: hintOf(file.type), thinkTags: file.thinkTags };
      const heard = hear(await collect(readWire(pieces(file.bytes, how), options)));
      expect(heard, how).toEqual(expected(file, heard));
    }
  });
});
