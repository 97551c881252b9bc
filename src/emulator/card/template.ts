import type { Core } from "../state/core.ts";
import { SUB_CODES } from "../api/codes.ts";
import { copyJson, isObject, textOr } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { CardIssue } from "./issue.ts";

function toText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function fill(value: unknown, variables: JsonObject): unknown {
  if (Array.isArray(value)) return value.map((one) => fill(one, variables));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, variables)]));
  if (typeof value !== "string") return value;
  const whole = /^\$\{(\w+)\}$/u.exec(value);
  if (whole !== null) return variables[whole[1] ?? ""] ?? "";
  return value.replace(/\$\{(\w+)\}/gu, (_, name: string) => toText(variables[name]));
}

/**
 * The card JSON of `{template_id, template_version_name, template_variable}`.
 * @throws CardIssue 200380 when there is no such template, 200381 when the app may not use it
 */
export function fillTemplate(core: Core, appId: string, reference: unknown): unknown {
  const id = isObject(reference) ? reference["template_id"] : undefined;
  const template = typeof id === "string" ? core.store.templates.get(id) : undefined;
  if (template === undefined)
    throw new CardIssue(undefined, SUB_CODES.templateMissing, "template does not exist", { value: textOr(id) });
  if (template.appIds?.includes(appId) === false) {
    throw new CardIssue(undefined, SUB_CODES.templateInvisible, "template is not visible to this app", {
      value: String(id),
    });
  }
  const variables = isObject(reference) ? (reference["template_variable"] ?? {}) : {};
  if (!isObject(variables))
    throw new CardIssue(undefined, SUB_CODES.variableType, "template_variable is not an object");
  return copyJson(fill(template.card, variables));
}
