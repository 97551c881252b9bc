import { sleep } from "../../time/index.ts";
import type { Core } from "../state/core.ts";
import type { Emulator } from "../handle.ts";
import { isObject, parseJson, textOr } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { TOKEN_SECONDS } from "../limits.ts";
import { AdminError } from "./errors.ts";
import { messageIn, sayAgain, toEntry } from "./recorded.ts";

/** How a replay went. */
export interface ReplayResult {
  /** Calls sent. */
  readonly calls: number;
  /** Lines left out: no API calls, or with a body that was cut. */
  readonly skipped: number;
  /** Calls whose code differs from the recorded one. */
  readonly differences: readonly {
    readonly seq: number;
    readonly operation: string;
    readonly recorded: number;
    readonly now: number;
  }[];
}

const WRITES = new Set(["card", "element", "message", "reaction"]);

const METHODS = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);

/** Ids of the recording -> ids of this run. */
class Renames {
  readonly #map = new Map<string, string>();

  learn(recorded: unknown, now: unknown): void {
    for (const key of ["card_id", "message_id", "thread_id", "reaction_id"]) {
      const from = isObject(recorded) ? recorded[key] : undefined;
      const to = isObject(now) ? now[key] : undefined;
      if (typeof from === "string" && typeof to === "string") this.#map.set(from, to);
    }
  }

  set(from: string, to: string): void {
    this.#map.set(from, to);
  }

  has(id: string): boolean {
    return this.#map.has(id);
  }

  apply(text: string): string {
    let result = text;
    for (const [from, to] of this.#map) result = result.replaceAll(from, to);
    return result;
  }
}

function recordedData(entry: JsonObject): unknown {
  const answer = textOr(entry["answer"]);
  const value = parseJson(answer)?.value;
  if (isObject(value)) return value["data"];
  // Answers are kept short; the ids come early enough to be read from the piece.
  const ids = [...answer.matchAll(/"(card_id|message_id|thread_id|reaction_id)":"([^"]+)"/gu)].map((match) => [
    match[1],
    match[2],
  ]);
  return Object.fromEntries(ids);
}

/**
 * Sends the writes of a timeline, or of a recording of `cardstream record`, again at `speed` times their pace, with this emulator's own
 * token and ids. Chats that do not exist here are replaced by the first person's chat with the bot; what people said in a recording
 * is said there again.
 * @throws AdminError when the text is neither
 */
export async function replayTimeline(
  core: Core,
  emulator: Emulator,
  text: string,
  speed: number,
): Promise<ReplayResult> {
  const entries = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => parseJson(line)?.value);
  if (!entries.every(isObject)) throw new AdminError("a timeline or recording has one JSON object a line");
  const renames = new Renames();
  const { token } = core.store.tokens.issue(core.defaultAppId(), "tenant", TOKEN_SECONDS);
  const differences: ReplayResult["differences"][number][] = [];
  let calls = 0;
  let before: number | undefined;
  for (const line of entries) {
    const said = messageIn(line);
    if (said !== undefined) for (const [there, here] of sayAgain(emulator, said)) renames.set(there, here);
    const entry = toEntry(line);
    const operation = textOr(entry["operation"]);
    const body = typeof entry["body"] === "string" ? entry["body"] : "";
    const method = textOr(entry["method"]);
    const path = textOr(entry["path"]);
    if (!path.startsWith("/open-apis/") || !METHODS.has(method)) continue;
    const whole = method === "GET" || method === "DELETE" || parseJson(body) !== undefined;
    if (!WRITES.has(operation.split(".")[0] ?? "") || !whole) continue;
    const at = Number(entry["at"]);
    if (before !== undefined && at > before) await sleep(core.clock, (at - before) / speed);
    before = at;
    useKnownChat(core, emulator, renames, body);
    const response = await emulator.fetch(`${emulator.apiUrl}${renames.apply(path)}`, {
      method,
      headers: { authorization: `Bearer ${token.value}`, "content-type": "application/json" },
      ...(method === "GET" || body === "" ? {} : { body: renames.apply(body) }),
    });
    const answer = parseJson(await response.text())?.value;
    const code = isObject(answer) ? Number(answer["code"]) : -1;
    renames.learn(recordedData(entry), isObject(answer) ? answer["data"] : undefined);
    calls += 1;
    if (code !== entry["code"])
      differences.push({ seq: Number(entry["seq"]), operation, recorded: Number(entry["code"]), now: code });
  }
  return { calls, skipped: entries.length - calls, differences };
}

function useKnownChat(core: Core, emulator: Emulator, renames: Renames, body: string): void {
  const id = /"receive_id"\s*:\s*"((?:oc|ou)_[^"]+)"/u.exec(body)?.[1];
  if (
    id === undefined ||
    renames.has(id) ||
    core.store.chats.get(id) !== undefined ||
    core.store.users.byOpenId(id) !== undefined
  )
    return;
  const chatId = emulator.directChatId();
  const user = core.store.users.byUserId([...(core.store.chats.get(chatId)?.members ?? [])][0] ?? "");
  renames.set(
    id,
    id.startsWith("oc_") || user === undefined ? chatId : core.store.users.openId(user, core.defaultAppId()),
  );
}
