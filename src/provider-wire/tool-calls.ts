import { asObject, asText, isObject } from "./json.ts";
import type { Json } from "./json.ts";
import type { ContentPart, WireMetadata } from "./part.ts";

interface Call {
  id: string;
  /** The id is the provider's. */
  readonly named: boolean;
  name: string;
  args: string;
  /** The last piece of the input, for servers that send it whole at the end. */
  last: string;
  started: boolean;
  metadata: WireMetadata | undefined;
}

/** One piece of a call, as any protocol gives it. */
export interface CallPiece {
  readonly index?: unknown;
  readonly id?: unknown;
  readonly name?: unknown;
  /** A piece of JSON, or the input itself. */
  readonly args?: unknown;
  readonly metadata?: WireMetadata | undefined;
}

/**
 * The calls of one answer, put together from their pieces. A piece belongs to the call with its id; without one, to the call with its
 * index; without either, to the call before. A new id, or a name after a complete input, begins a new call even where the index is
 * missing or always 0.
 */
export class ToolCalls {
  readonly #newId: () => string;
  readonly #open: Call[] = [];
  readonly #byIndex = new Map<unknown, Call>();
  #count = 0;

  /** @param newId ids for calls without one */
  constructor(newId: (() => string) | undefined) {
    this.#newId = newId ?? (() => `tool-${this.#count}`);
  }

  /** Calls begun so far. */
  get count(): number {
    return this.#count;
  }

  /** A piece in OpenAI's shape: `{ index, id, function: { name, arguments } }`. */
  addChat(item: unknown): ContentPart[] {
    const call = asObject(item);
    const fn = asObject(call["function"] ?? call);
    const signature = asText(asObject(asObject(call["extra_content"])["google"])["thought_signature"]);
    const { index } = call;
    return this.add({
      index: typeof index === "string" && /^\d+$/u.test(index) ? Number(index) : index,
      id: call["id"],
      name: fn["name"],
      args: fn["arguments"],
      metadata: signature === undefined ? undefined : { thoughtSignature: signature },
    });
  }

  add(piece: CallPiece): ContentPart[] {
    const parts: ContentPart[] = [];
    const known = this.#find(piece);
    const name = asText(piece.name);
    if (known === undefined && name === undefined && asText(piece.id) === undefined) return parts;
    const call = known ?? this.#begin(piece, parts);
    if (name !== undefined && name !== call.name && !call.started)
      // A name that comes in pieces, or anew with what came of it before.
      call.name = name.startsWith(call.name) ? name : call.name + name;
    call.metadata ??= piece.metadata;
    const { args } = piece;
    const delta = typeof args === "string" ? args : isObject(args) || Array.isArray(args) ? JSON.stringify(args) : "";
    if (delta === "") return parts;
    this.#start(call, parts);
    call.args += delta;
    call.last = delta;
    parts.push({ type: "tool-args", id: call.id, delta });
    return parts;
  }

  /** Whether anything of the input of the call with that index has come. */
  hasArgs(index: unknown): boolean {
    return (this.#byIndex.get(index)?.args ?? "") !== "";
  }

  /** Nothing more comes for the call with that index. */
  close(index: unknown): ContentPart[] {
    const call = this.#byIndex.get(index);
    const parts: ContentPart[] = [];
    if (call !== undefined && this.#open.includes(call)) this.#end(call, parts);
    return parts;
  }

  /** Nothing more comes for any call. */
  closeAll(): ContentPart[] {
    const parts: ContentPart[] = [];
    const open = this.#open.slice();
    for (const call of open) this.#end(call, parts);
    return parts;
  }

  #find({ index, id, name }: CallPiece): Call | undefined {
    const given = asText(id);
    const byId = given === undefined ? undefined : this.#open.find((call) => call.id === given);
    if (byId !== undefined) return byId;
    const at = index === undefined || index === null ? this.#open.at(-1) : this.#byIndex.get(index);
    if (at === undefined || !this.#open.includes(at)) return undefined;
    // Some servers make up a new id for every piece; only a name begins a call.
    if (name === undefined || name === null || name === "") return at;
    if (given !== undefined && at.named) return undefined;
    if (index === undefined || index === null)
      return given !== undefined || isWhole(at) || name !== at.name ? undefined : at;
    return isWhole(at) || (at.started && name !== at.name) ? undefined : at;
  }

  #begin({ index, id, name }: CallPiece, parts: ContentPart[]): Call {
    // Calls are written one after the other where they have no index; those that have one may be interleaved.
    const whole = this.#open.filter((call) => call.started && isWhole(call));
    for (const call of whole) this.#end(call, parts);
    const given = asText(id);
    const call: Call = {
      id: given ?? this.#newId(),
      named: given !== undefined,
      name: asText(name) ?? "",
      args: "",
      last: "",
      started: false,
      metadata: undefined,
    };
    this.#count++;
    this.#open.push(call);
    if (index !== undefined && index !== null) this.#byIndex.set(index, call);
    return call;
  }

  #start(call: Call, parts: ContentPart[]): void {
    if (call.started) return;
    call.started = true;
    parts.push({ type: "tool-start", id: call.id, name: call.name });
  }

  #end(call: Call, parts: ContentPart[]): void {
    this.#open.splice(this.#open.indexOf(call), 1);
    // A call without a name cannot be made.
    if (call.name === "") return;
    this.#start(call, parts);
    const { id, name, metadata } = call;
    parts.push({ type: "tool-end", id, name, args: inputOf(call), metadata });
  }
}

/** The JSON of a call's input: its pieces joined; or the last alone, where that is whole and the joined ones are not. */
function inputOf({ args, last }: Call): string {
  if (args.trim() === "" || args.trim() === "null") return "{}";
  return !isJson(args) && isJson(last) ? last : args;
}

const isWhole = ({ args }: Call): boolean => args !== "" && isJson(args);

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}

/** The calls of an answer in OpenAI's shape, old (`function_call`) and new (`tool_calls`). */
export function chatCalls(delta: Json, calls: ToolCalls): ContentPart[] {
  const list = delta["tool_calls"];
  // Some servers leave out the list around a single call.
  const items: readonly unknown[] = Array.isArray(list) ? list : isObject(list) ? [list] : [];
  const parts = items.flatMap((item) => calls.addChat(item));
  const old = delta["function_call"];
  return isObject(old) ? [...parts, ...calls.addChat({ function: old })] : parts;
}
