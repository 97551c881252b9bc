import type { z } from "zod";
import { DeadlineError, withDeadline } from "../time/index.ts";
import type { Clock } from "../time/index.ts";
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
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  throw new Problem("invalid", "the request is not as it should be", issues);
}

function parse(text: string): unknown {
  // Ending a stream needs no body.
  if (text.trim() === "") return {};
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
