import type { CardContext, Json } from "./card-rules.ts";
import { checkElements, elementsOf, findElement, parseObject, placeOf, readCard, walk } from "./card-rules.ts";
import { fieldRefusal, Refusal } from "./refusal.ts";

/** How a text came to be on the card: typed out by the reader's client from `from` on, or painted at once. */
export interface Typing {
  readonly elementId: string;
  /** Length of the text that was there already. */
  readonly from: number;
  readonly frequencyMs: number;
  readonly step: number;
}

const LIFE_MS = 14 * 24 * 3_600_000;
const WINDOW_MS = 600_000;
const MAX_CONTENT = 100_000;
const MAX_SEQUENCE = 2_147_483_647;

/** A write to a card entity as it came in. */
export interface CardWrite {
  readonly sequence: unknown;
  readonly uuid: unknown;
}

/** One card entity: its JSON, its sequence and its streaming mode. */
export class CardEntity {
  readonly cardId: string;
  readonly createdAt: number;
  /** When it can be sent, or, for a converted one, written. */
  readonly usableAt: number;
  card: Json;
  /** Calls so far, reads not counted. */
  writes = 0;
  #sequence = 0;
  #streamingSince: number | undefined;
  /** It was switched off by the time limit, and nobody was told yet. */
  #timedOut = false;
  readonly #uuids = new Set<string>();
  readonly #visibleAt = new Map<string, number>();

  constructor(cardId: string, card: Json, now: number, usableAt: number) {
    this.cardId = cardId;
    this.createdAt = now;
    this.usableAt = usableAt;
    this.card = card;
    this.#followConfig(now);
  }

  /** Whether the reader sees it spinning. */
  isStreaming(now: number): boolean {
    this.#expire(now);
    return this.#streamingSince !== undefined;
  }

  /** Feishu ends streaming mode by itself. */
  closeStreaming(): void {
    if (this.#streamingSince === undefined) return;
    this.#streamingSince = undefined;
    this.#timedOut = true;
  }

  /**
   * Does `work` under the rules of every write: age, sequence, uuid. Gives what `work` gives; undefined when the write was done before.
   * @throws Refusal
   */
  write<T>(write: CardWrite, context: CardContext, now: number, work: () => T): T | undefined {
    const { world } = context;
    const { sequence, uuid } = write;
    if (!Number.isInteger(sequence) || (sequence as number) > MAX_SEQUENCE)
      throw fieldRefusal("sequence", "must be an int32");
    if (uuid !== undefined && (typeof uuid !== "string" || uuid.length < 1 || uuid.length > 64))
      throw fieldRefusal("uuid", "1-64 characters");
    if (now - this.createdAt > LIFE_MS) throw new Refusal(200_750, "card entity expired");
    if (typeof uuid === "string" && world.uuidReplay !== "again" && this.#uuids.has(uuid)) {
      if (world.uuidReplay === "ok") return undefined;
      throw new Refusal(200_770, "uuid conflict");
    }
    if ((sequence as number) <= this.#sequence) throw new Refusal(300_317, "ErrMsg: sequence number compare failed; ");
    const before = structuredClone(this.card);
    const [streamingSince, timedOut] = [this.#streamingSince, this.#timedOut];
    try {
      const done = work();
      this.#sequence = sequence as number;
      if (typeof uuid === "string") this.#uuids.add(uuid);
      this.writes += 1;
      return done;
    } catch (error) {
      this.card = before;
      this.#streamingSince = streamingSince;
      // Whoever is told once that the time was up is told later that streaming is closed.
      if (!(error instanceof Refusal) || error.code !== 200_850) this.#timedOut = timedOut;
      if (world.failedCallTakesSequence) this.#sequence = sequence as number;
      throw error;
    }
  }

  /** A call that never got an answer took its sequence, perhaps. */
  loseSequence(sequence: unknown): void {
    if (typeof sequence === "number") this.#sequence = Math.max(this.#sequence, sequence);
  }

  /** @throws Refusal */
  replace(data: string, context: CardContext, now: number): void {
    const card = readCard(data, context);
    // A streaming card keeps its mode where the whole-card update has no say in it.
    this.card = card;
    if (context.world.putDecidesStreaming) this.#followConfig(now);
    else if (this.#configStreams() && this.#streamingSince === undefined) this.#followConfig(now);
    this.#visibleAt.clear();
  }

  /** @throws Refusal */
  settings(data: string, now: number): void {
    const settings = parseObject(data, 200_220, "settings are not JSON");
    const config = settings["config"];
    // Unwrapped settings: code 0, and nothing happens.
    if (typeof config !== "object" || config === null) return;
    this.card["config"] = { ...(this.card["config"] as Json | undefined), ...(config as Json) };
    if ("streaming_mode" in config) this.#followConfig(now);
  }

  /** @throws Refusal */
  content(elementId: string, text: unknown, context: CardContext, now: number): Typing | undefined {
    if (typeof text !== "string" || text === "") throw fieldRefusal("content", "min len is 1");
    if (text.length > MAX_CONTENT) throw fieldRefusal("content", "max len is 100000");
    this.#expire(now);
    if (this.#timedOut) {
      this.#timedOut = false;
      throw new Refusal(200_850, "card streaming timeout");
    }
    if (this.#streamingSince === undefined) throw new Refusal(300_309, "streaming mode is closed");
    const element = this.#element(elementId, now);
    if (element["tag"] !== "markdown" && element["tag"] !== "plain_text")
      throw new Refusal(300_310, "element is not text");
    const before = typeof element["content"] === "string" ? element["content"] : "";
    element["content"] = text;
    this.#checkAll(context);
    if (before === text) return undefined;
    const config = (this.card["config"] as Json | undefined)?.["streaming_config"] as Json | undefined;
    const number = (key: string, otherwise: number): number =>
      Number((config?.[key] as Json | undefined)?.["default"] ?? otherwise);
    return {
      elementId,
      from: text.startsWith(before) ? before.length : text.length,
      frequencyMs: number("print_frequency_ms", 70),
      step: number("print_step", 1),
    };
  }

  /** Several changes, all or none. @throws Refusal */
  batch(data: unknown, context: CardContext, now: number): void {
    const actions = parseList(data, "actions");
    for (const { action, params: raw } of actions) {
      const params = (raw ?? {}) as Json;
      if (action === "partial_update_setting") this.settings(JSON.stringify(params["settings"]), now);
      else if (action === "add_elements") this.add(params, params["elements"] as Json[], context, now);
      else if (action === "delete_elements") for (const id of params["element_ids"] as string[]) this.remove(id);
      else if (action === "partial_update_element")
        this.patch(String(params["element_id"]), params["partial_element"] as Json, context, now);
      else if (action === "update_element") this.put(String(params["element_id"]), params["element"] as Json, context);
      else throw fieldRefusal("actions", `unknown action ${String(action)}`);
    }
  }

  /** @throws Refusal */
  add(where: Json, elements: readonly Json[], context: CardContext, now: number): void {
    const top = elementsOf(this.card);
    const target = where["target_element_id"];
    if (where["type"] === "append") {
      const into = typeof target === "string" ? (findElement(top, target)?.["elements"] as Json[] | undefined) : top;
      if (into === undefined) throw new Refusal(300_315, "add element failed: the target is no container");
      into.push(...structuredClone(elements));
    } else {
      const place = typeof target === "string" ? placeOf(top, target) : undefined;
      if (place === undefined) throw new Refusal(300_315, "add element failed: no such target");
      place.list.splice(place.at + (where["type"] === "insert_after" ? 1 : 0), 0, ...structuredClone(elements));
    }
    this.#checkAll(context);
    walk(elements, (element) => {
      const id = element["element_id"];
      if (typeof id === "string") this.#visibleAt.set(id, now + context.world.elementAfterMs);
    });
  }

  /** @throws Refusal */
  put(elementId: string, element: Json, context: CardContext): void {
    const place = placeOf(elementsOf(this.card), elementId);
    if (place === undefined) throw new Refusal(300_121, "replace element failed");
    place.list[place.at] = structuredClone(element);
    this.#checkAll(context);
  }

  /** @throws Refusal */
  patch(elementId: string, partial: Json, context: CardContext, now: number): void {
    const element = this.#element(elementId, now);
    if ("tag" in partial && partial["tag"] !== element["tag"]) throw new Refusal(300_312, "cannot change the tag");
    Object.assign(element, structuredClone(partial));
    this.#checkAll(context);
  }

  /** @throws Refusal */
  remove(elementId: string): void {
    const place = placeOf(elementsOf(this.card), elementId);
    if (place === undefined) throw new Refusal(300_314, `delete element failed: not find elementID : ${elementId}`);
    place.list.splice(place.at, 1);
  }

  #element(elementId: string, now: number): Json {
    const element = findElement(elementsOf(this.card), elementId);
    if (element === undefined || now < (this.#visibleAt.get(elementId) ?? 0))
      throw new Refusal(300_313, `ErrMsg: not find elementID : ${elementId}; `);
    return element;
  }

  #checkAll(context: CardContext): void {
    checkElements(elementsOf(this.card), context, this.card);
  }

  #expire(now: number): void {
    if (this.#streamingSince !== undefined && now - this.#streamingSince >= WINDOW_MS) this.closeStreaming();
  }

  #configStreams(): boolean {
    return (this.card["config"] as Json | undefined)?.["streaming_mode"] === true;
  }

  #followConfig(now: number): void {
    this.#timedOut = false;
    this.#streamingSince = this.#configStreams() ? now : undefined;
  }
}

/** A stringified array. @throws Refusal */
export function parseList(data: unknown, field: string): Json[] {
  try {
    const list: unknown = typeof data === "string" ? JSON.parse(data) : undefined;
    if (Array.isArray(list)) return list as Json[];
  } catch {
    // Said below.
  }
  throw fieldRefusal(field, "must be a stringified array");
}
