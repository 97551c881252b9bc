import type { z } from "zod";
import { keysAt } from "../plugin-sdk/index.ts";
import { nearest } from "../text/index.ts";
import { DeadlineError, withDeadline } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
import { isTooDeep } from "../http-guard/index.ts";
import { Problem } from "./problem.ts";
import type { BodyKind } from "./route.ts";

/** How long the body of a call may take; bodies that stream have their own measure. */
const BODY_WITHIN_MS = 30_000;

/**
 * Reads and checks a body as its route takes it; undefined when the route reads it itself or takes none.
 * @throws Problem `wrong-content-type`, `too-large`, `request-timeout`, `invalid`
 */
export async function readBody(request: Request, body: BodyKind<unknown>, clock: Clock): Promise<unknown> {
  if (body.kind === "none") return undefined;
  const type = (request.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const wanted =
    body.kind === "stream" ? body.contentTypes : ["application/json", ...(body.kind === "json" ? [] : ["text/plain"])];
  if (!wanted.includes(type)) throw new Problem("wrong-content-type", `send ${wanted.join(" or ")}`);
  if (body.kind === "stream") return undefined;
  const text = await readText(request, body.maxBytes, clock);
  return check(body.schema, type === "text/plain" && body.kind === "json-or-text" ? body.fromText(text) : parse(text));
}

/** Checks a value. @throws Problem `invalid` with every issue */
export function check(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap((issue) => toIssues(issue, schema, value));
  throw new Problem("invalid", "the request is not as it should be", issues);
}

/** One issue for each field that is wrong; a field that does not exist is named, with the one that was probably meant. */
function toIssues(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): { path: string; message: string }[] {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => toUnknown(key, issue.path, schema));
  if (issue.code !== "invalid_union" || issue.discriminator === undefined) return [{ path, message: issue.message }];
  const kinds = ("options" in issue ? (issue.options ?? []) : []).map((option) => JSON.stringify(option)).join(", ");
  // Nothing else is checked of a body whose kind is not known; a misspelt field may be the reason.
  const given = typeof value === "object" && value !== null ? Object.keys(value) : [];
  const known = keysAt(schema, []);
  const others = given.filter((key) => !known.includes(key)).map((key) => toUnknown(key, [], schema));
  return [{ path, message: `takes one of: ${kinds}` }, ...others];
}

function toUnknown(key: string, path: readonly PropertyKey[], schema: z.ZodType): { path: string; message: string } {
  const known = keysAt(schema, path);
  const meant = nearest(key, known);
  const hint = meant === undefined ? `there are: ${known.join(", ")}` : `did you mean \`${meant}\`?`;
  return { path: [...path, key].join("."), message: `no such field; ${hint}` };
}

function parse(text: string): unknown {
  // Ending a stream needs no body.
  if (text.trim() === "") return {};
  if (isTooDeep(text)) throw new Problem("invalid", "the body nests too deeply");
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("invalid", "the body is not JSON");
  }
}

async function readText(request: Request, maxBytes: number, clock: Clock): Promise<string> {
  const tooLarge = (): Problem => new Problem("too-large", `the body may have at most ${maxBytes} bytes`);
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge();
  try {
    return await withDeadline(clock, BODY_WITHIN_MS, "reading a body", async (signal) => {
      const decoder = new TextDecoder("utf-8", { fatal: true });
      let text = "";
      let bytes = 0;
      for await (const chunk of request.body ?? []) {
        if (signal.aborted) break;
        bytes += chunk.byteLength;
        if (bytes > maxBytes) throw tooLarge();
        text += decoder.decode(chunk, { stream: true });
      }
      return text + decoder.decode();
    });
  } catch (error) {
    if (error instanceof DeadlineError)
      throw new Problem("request-timeout", `no whole body within ${BODY_WITHIN_MS} ms`);
    if (error instanceof TypeError) throw new Problem("invalid", "the body is not UTF-8, or broke off");
    throw error;
  }
}
