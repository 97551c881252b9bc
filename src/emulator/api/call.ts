import type { z } from "zod";
import type { Answer } from "./answer.ts";
import type { CodeName } from "./codes.ts";
import type { Core } from "../state/core.ts";
import { bodyJson } from "./request.ts";
import type { ApiRequest } from "./request.ts";
import { refuse } from "./refusal.ts";
import type { App } from "../store/apps.ts";
import type { TimelineEntry } from "../state/timeline.ts";

/** One operation of the API. */
export interface Route {
  /** `area.verb`, as faults and the timeline name it. */
  readonly operation: string;
  readonly method: string;
  /** `/open-apis/…/:card_id`; names after a colon are captured. */
  readonly path: string;
  readonly auth: "tenant" | "none";
  /** Any one of these scopes is enough; none needed when empty. */
  readonly scopes: readonly string[];
  /** The code for a body or query that does not fit. */
  readonly invalid: CodeName;
  run(call: Call): Answer;
}

/** What the gateway says of a field: `min len is 1` and the like. @see baileyh8/hermes-feishu-streaming-card#237 */
function toViolation(issue: z.core.$ZodIssue): { field: string; description: string } {
  const field = issue.path.join(".") || "body";
  if (issue.code === "too_small") {
    const what = issue.origin === "string" || issue.origin === "array" ? "min len" : "min value";
    return { field, description: `${what} is ${String(issue.minimum)}` };
  }
  if (issue.code === "too_big") {
    const what = issue.origin === "string" || issue.origin === "array" ? "max len" : "max value";
    return { field, description: `${what} is ${String(issue.maximum)}` };
  }
  if (issue.code === "invalid_type" && issue.input === undefined) return { field, description: `${field} is required` };
  return { field, description: issue.message };
}

/** A call under way, after token, scope and gateway limits were passed. */
export class Call {
  readonly core: Core;
  readonly route: Route;
  readonly request: ApiRequest;
  readonly params: Readonly<Record<string, string>>;
  readonly entry: TimelineEntry;
  readonly #app: App | undefined;
  readonly #afterAnswer: (() => void)[] = [];

  constructor(parts: {
    core: Core;
    route: Route;
    request: ApiRequest;
    params: Readonly<Record<string, string>>;
    entry: TimelineEntry;
    app: App | undefined;
  }) {
    this.core = parts.core;
    this.route = parts.route;
    this.request = parts.request;
    this.params = parts.params;
    this.entry = parts.entry;
    this.#app = parts.app;
  }

  /** The calling app. @throws Refusal when the route takes calls without a token, which then must not ask. */
  get app(): App {
    if (this.#app === undefined) throw refuse("tokenMissing");
    return this.#app;
  }

  /** A captured part of the path. */
  param(name: string): string {
    return this.params[name] ?? "";
  }

  /** A query parameter; `undefined` when absent or empty. */
  query(name: string): string | undefined {
    const value = this.request.query.get(name);
    return value === null || value === "" ? undefined : value;
  }

  /** A whole number from the query; `fallback` when it is absent. @throws Refusal with the route's code */
  queryNumber(name: string, fallback: number, min: number, max: number): number {
    const text = this.query(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max)
      throw this.invalid(name, `must be a whole number from ${min} to ${max}`);
    return value;
  }

  /** One page of a list, as `page_size` and `page_token` ask for it. @throws Refusal with the route's code */
  page<T>(items: readonly T[], fallback: number, max: number): { items: T[]; has_more: boolean; page_token?: string } {
    const size = this.queryNumber("page_size", fallback, 1, max);
    const offset = this.queryNumber("page_token", 0, 0, Number.MAX_SAFE_INTEGER);
    const end = offset + size;
    const page = { items: items.slice(offset, end), has_more: end < items.length };
    return page.has_more ? { ...page, page_token: String(end) } : page;
  }

  /** The kind of a person's ids that the caller wants. @throws Refusal with the route's code */
  idType(name: string): "open_id" | "union_id" | "user_id" {
    const type = this.query(name) ?? "open_id";
    if (type === "open_id" || type === "union_id" || type === "user_id") return type;
    throw this.invalid(name, "options: [open_id,union_id,user_id]");
  }

  /** The JSON body, checked. @throws Refusal with the route's code, each wrong field in `error.field_violations`. */
  input<T>(schema: z.ZodType<T>): T {
    const result = schema.safeParse(bodyJson(this.request));
    if (result.success) return result.data;
    throw this.#refuse(result.error.issues.map(toViolation));
  }

  /** The route's answer to a parameter that does not fit. */
  invalid(field: string, description: string): Error {
    return this.#refuse([{ field, description }]);
  }

  #refuse(violations: readonly { field: string; description: string }[]): Error {
    const words = violations.map(({ field, description }) => `${field}: ${description}`).join("; ");
    const { invalid } = this.route;
    return refuse(invalid, {
      msg: invalid === "fieldValidation" ? undefined : `invalid parameter, ${words}`,
      error: { message: words, field_violations: violations.map((one) => ({ ...one, value: "" })) },
      warning: words,
    });
  }

  /** Runs `fn` once the answer has gone out (or was lost). */
  afterAnswer(fn: () => void): void {
    this.#afterAnswer.push(fn);
  }

  /** For the gateway. */
  answered(): void {
    for (const fn of this.#afterAnswer.splice(0)) fn();
  }
}
