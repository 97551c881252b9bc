import { FeishuApiError } from "../../client/index.ts";

/** What a tenant's content audit names when it refuses a text, and that can be written in a way it lets pass. */
export type Audited = "EMAIL_ADDRESS" | "IP_ADDRESS" | "URL";

const KINDS: readonly Audited[] = ["EMAIL_ADDRESS", "IP_ADDRESS", "URL"];
/** "The messages do NOT pass the audit": what was found stands in the text only, if anywhere. Mail addresses are what is reported. */
const AUDIT_CODE = 230_028;

/**
 * What the content audit found, when that is why Feishu refused a call; empty otherwise.
 * @see larksuite/openclaw-lark#623 (230028, passed once the mail addresses were taken out)
 */
export function auditedIn(error: unknown): readonly Audited[] {
  if (!(error instanceof FeishuApiError) || error.httpStatus >= 500) return [];
  const named = KINDS.filter((kind) => new RegExp(String.raw`\b${kind}\b`, "u").test(error.apiMessage));
  return named.length === 0 && error.apiCode === AUDIT_CODE ? ["EMAIL_ADDRESS"] : named;
}

/** Writes what was found so that a person still understands it: `a[at]b.c`, `10[.]0[.]0[.]1`, `https[:]//…`. */
export function soften(text: string, found: ReadonlySet<Audited>): string {
  let soft = text;
  if (found.has("EMAIL_ADDRESS")) soft = soft.replaceAll(/(?<=[\w.+-])@(?=[\w-]+\.)/gu, "[at]");
  if (found.has("IP_ADDRESS"))
    soft = soft.replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/gu, (address) => address.replaceAll(".", "[.]"));
  if (found.has("URL")) soft = soft.replaceAll(/\b(https?):\/\//gu, "$1[:]//");
  return soft;
}

/** Adds to `softened` what the audit found now. False when that is nothing new: softening has not helped. */
export function noteAudited(softened: Set<Audited>, error: unknown): boolean {
  const found = auditedIn(error).filter((kind) => !softened.has(kind));
  for (const kind of found) softened.add(kind);
  return found.length > 0;
}
