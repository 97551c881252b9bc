import type { Fetch } from "../../extensions/feishu/client/index.ts";
import { readCall } from "../second-feishu/calls.ts";
import type { Call } from "../second-feishu/calls.ts";
import type { Json } from "../second-feishu/card-rules.ts";
import type { Clock } from "../../src/time/index.ts";

/** Writes down every call as one readable line: when it left, what it asks for, what was answered. Ids are numbered as they come up. */
export class CallTrace {
  readonly lines: string[] = [];
  readonly #clock: Clock;
  /** Text by element, to show only what a write adds. */
  readonly #texts = new Map<string, string>();
  readonly #names = new Map<string, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  watch(fetch: Fetch): Fetch {
    return async (url, init) => {
      const body = typeof init.body === "string" ? init.body : undefined;
      const call = readCall(init.method, url, init.headers, body);
      const at = Math.round(this.#clock.now());
      const index = this.lines.push("") - 1;
      const asked = call === undefined ? url : this.#describe(call);
      const write = (answer: string): void => {
        this.lines[index] = `${String(at).padStart(7)}  ${asked} → ${answer}`;
      };
      write("(no answer)");
      try {
        const response = await fetch(url, init);
        write(await this.#answer(response));
        return response;
      } catch (error) {
        write(error instanceof Error ? error.message : "failed");
        throw error;
      }
    };
  }

  async #answer(response: Awaited<ReturnType<Fetch>>): Promise<string> {
    const text = new TextDecoder().decode(await (response as Response).clone().arrayBuffer());
    try {
      const { code, data } = JSON.parse(text) as { code: number; data?: { card_id?: string; message_id?: string } };
      const id = data?.card_id ?? data?.message_id;
      return id === undefined ? String(code) : `${code} ${this.#name(id)}`;
    } catch {
      return `HTTP ${response.status}`;
    }
  }

  #describe({ name, path, body }: Call): string {
    const sequence = body["sequence"];
    const words = [name, ...(name.startsWith("im.") || path[3] === "id_convert" ? [] : [this.#place(path)])];
    if (typeof sequence === "number") words.push(`#${sequence}`);
    words.push(this.#what(name, path, body));
    return words.filter((word) => word !== "").join(" ");
  }

  #place(path: readonly string[]): string {
    const card = path[3] === undefined || path[0] === "auth" ? "" : this.#name(path[3]);
    return path[5] === undefined ? card : `${card}/${path[5]}`;
  }

  #what(name: Call["name"], path: readonly string[], body: Json): string {
    const json = (value: unknown): Json => JSON.parse(String(value)) as Json;
    switch (name) {
      case "card.create":
        return this.#card(json(body["data"]), "");
      case "card.put":
        return this.#card(json((body["card"] as Json)["data"]), this.#place(path));
      case "card.content":
        return this.#added(this.#place(path), body["content"]);
      case "card.element.patch":
        return this.#added(this.#place(path), json(body["partial_element"])["content"]);
      case "card.settings":
        return String(body["settings"]);
      case "card.convert":
        return this.#name(String(body["message_id"]));
      case "card.batch":
        return (JSON.parse(String(body["actions"])) as Json[]).map((action) => this.#action(path, action)).join("; ");
      case "im.send":
      case "im.reply":
        return `${name === "im.reply" ? `to ${this.#name(path[3] ?? "")} ` : ""}${this.#message(body)}`;
      case "im.patch":
        return `${this.#name(path[3] ?? "")} ${this.#card(json(body["content"]), this.#name(path[3] ?? ""))}`;
      case "im.get":
      case "im.recall":
        return this.#name(path[3] ?? "");
      default:
        return "";
    }
  }

  #action(path: readonly string[], { action, params: raw }: Json): string {
    const params = raw as Json;
    if (action === "add_elements") {
      const target = params["target_element_id"];
      const where = `${String(params["type"])}${typeof target === "string" ? ` ${target}` : ""}`;
      return `add ${this.#elements(params["elements"] as Json[], this.#place(path))} ${where}`;
    }
    if (action === "delete_elements") return `delete ${(params["element_ids"] as string[]).join(", ")}`;
    if (action === "partial_update_setting") return `settings ${JSON.stringify(params["settings"])}`;
    const id = String(params["element_id"]);
    const element = (params["partial_element"] ?? params["element"]) as Json;
    if (action === "partial_update_element" && typeof element["content"] === "string")
      return `patch ${id} ${this.#added(`${this.#place(path)}/${id}`, element["content"])}`;
    return `${String(action)} ${id}`;
  }

  #message(body: Json): string {
    const content = JSON.parse(String(body["content"])) as Json;
    if (content["type"] === "card") return `entity ${this.#name(String((content["data"] as Json)["card_id"]))}`;
    if (body["msg_type"] === "interactive") return `inline ${this.#card(content, "")}`;
    return `${String(body["msg_type"])} ${JSON.stringify(content)}`;
  }

  #card(card: Json, place: string): string {
    const config = card["config"] as Json | undefined;
    const elements = ((card["body"] as Json | undefined)?.["elements"] ?? []) as Json[];
    const header = card["header"] as Readonly<Record<string, Json>> | undefined;
    const titles = [header?.["title"], header?.["subtitle"]].flatMap((title) => {
      const words = title?.["content"];
      return typeof words === "string" ? [words] : [];
    });
    const titled = titles.length === 0 ? "" : `titled ${JSON.stringify(titles.join(" / "))} `;
    const mode = config?.["streaming_mode"] === true ? "streaming" : "closed";
    return `${mode} ${titled}[${this.#elements(elements, place)}]`;
  }

  #elements(elements: readonly Json[], place: string): string {
    return elements
      .map((element) => {
        const id = String(element["element_id"] ?? element["tag"]);
        return typeof element["content"] === "string"
          ? `${id} ${this.#added(`${place}/${id}`, element["content"])}`
          : id;
      })
      .join(", ");
  }

  /** What a text adds to what its element said before. */
  #added(element: string, text: unknown): string {
    if (typeof text !== "string") return "";
    const before = this.#texts.get(element) ?? "";
    if (!element.startsWith("/")) this.#texts.set(element, text);
    if (before === text) return "as it is";
    const added = before !== "" && text.startsWith(before) ? text.slice(before.length) : text;
    const mark = added === text ? "" : "+";
    return added.length <= 60
      ? `${mark}${JSON.stringify(added)}`
      : `${mark}${JSON.stringify(added.slice(0, 24))}…${JSON.stringify(added.slice(-24))} (${added.length})`;
  }

  #name(id: string): string {
    let name = this.#names.get(id);
    if (name === undefined) {
      const kind = id.startsWith("om_") ? "message" : "card";
      const known = [...this.#names.values()].filter((other) => other.startsWith(kind));
      name = `${kind}${known.length + 1}`;
      this.#names.set(id, name);
    }
    return name;
  }
}
