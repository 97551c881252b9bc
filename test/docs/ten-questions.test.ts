import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { readPage, ROOT } from "./page.ts";

/** What somebody asks who has never seen the code, and where the answer stands. */
interface Question {
  readonly ask: string;
  /** The file to change. */
  readonly file: string;
  /** What that file holds of the matter. */
  readonly holds: string;
}

const QUESTIONS: readonly Question[] = [
  {
    ask: "Error 230020 should tell people something else. Where are its words?",
    file: "extensions/feishu/client/error-table/im.ts",
    holds: "230020",
  },
  {
    ask: "A card that Feishu fails is left for a new one after a second. It should be two. Where is that decided?",
    file: "extensions/feishu/delivery/writer/writer-patience.ts",
    holds: "export function writerPatience(",
  },
  {
    ask: "A card should end before a table rather than inside it. Where is the cut chosen?",
    file: "src/text/card-scan.ts",
    holds: "#tableHead",
  },
  {
    ask: "My provider ends its answers with a reason that is taken for a failure. Where are the reasons?",
    file: "src/provider-wire/ending.ts",
    holds: "insufficient_system_resource",
  },
  {
    ask: "A card says “interrupted” and I want other words. Where are they?",
    file: "extensions/feishu/card/strings.ts",
    holds: "interrupted",
  },
  {
    ask: "I need one more setting below channels.feishu.",
    file: "extensions/feishu/config/schema.ts",
    holds: "groupPolicy",
  },
  {
    ask: "The local Feishu should take one more call of the API.",
    file: "src/emulator/routes/index.ts",
    holds: "ROUTES",
  },
  {
    ask: "I want a command `cardstream hello`.",
    file: "src/cli/program.ts",
    holds: "command(",
  },
  {
    ask: "Somebody in a group is answered who should not be. Who decides?",
    file: "extensions/feishu/config/access.ts",
    holds: "groupPolicy",
  },
  {
    ask: "In OpenClaw the tool lines should read differently. Who turns the host's callbacks into them?",
    file: "extensions/feishu/openclaw/turn/reply-turn.ts",
    holds: "class ReplyTurn",
  },
  {
    ask: "Writes to one card should come further apart.",
    file: "extensions/feishu/delivery/limits.ts",
    holds: "CARD_PER_SECOND",
  },
  {
    ask: "A process should be taken for dead later.",
    file: "src/shared/membership.ts",
    holds: "lifetimeMs",
  },
  {
    ask: "I want to name one more provider of models.",
    file: "src/llm/model/presets.ts",
    holds: "deepseek:",
  },
  {
    ask: "I need a setting for the bot that is no setting of Feishu.",
    file: "src/host/config/schema.ts",
    holds: "drainSeconds",
  },
  {
    ask: "Feishu raised a limit of calls. Where does the local one keep it?",
    file: "src/emulator/limits.ts",
    holds: "API_PER_MINUTE",
  },
  {
    ask: "`cardstream doctor` should look at one more program on this machine.",
    file: "src/cli/check/doctor.ts",
    holds: "checkLarkCli",
  },
];

const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
const linked = readPage("ARCHITECTURE.md", text).links.map(({ target }) => normalize(target.split("#")[0] ?? ""));

describe("[E14] with ARCHITECTURE.md alone", () => {
  it.each(QUESTIONS)("$ask", ({ file, holds }) => {
    expect(existsSync(join(ROOT, file)) && readFileSync(join(ROOT, file), "utf8")).toContain(holds);
    // The page leads to the file itself, or to one beside it.
    expect(linked.some((target) => target === file || dirname(target) === dirname(file))).toBe(true);
  });
});
