import type { ModalElement } from "chat";
import type { Language } from "../../src/plugin-sdk/index.ts";
import type { FormField } from "./form-json.ts";
import { fieldsOf } from "./form-json.ts";
import { chatStrings } from "./strings.ts";

/** What was filled in, and what is wrong with it. */
export interface FormValues {
  readonly values: Record<string, string>;
  /** By field; empty when all is well. */
  readonly errors: Record<string, string>;
}

/** Reads what a person's client sent for a form: only its own fields, each as the form asks. */
export function readForm(modal: ModalElement, sent: Readonly<Record<string, unknown>>, language: Language): FormValues {
  const values: Record<string, string> = {};
  const errors: Record<string, string> = {};
  for (const field of fieldsOf(modal)) {
    const given = Object.hasOwn(sent, field.id) ? sent[field.id] : undefined;
    const value = typeof given === "string" ? given.trim() : "";
    if (value !== "") values[field.id] = field.type === "date_input" ? value.slice(0, ISO_DATE) : value;
    const error = errorOf(field, value, language);
    if (error !== undefined) errors[field.id] = error;
  }
  return { values, errors };
}

/** Feishu sends a date with its time zone behind it: `2026-11-29 +0800`. */
const ISO_DATE = 10;

function errorOf(field: FormField, value: string, language: Language): string | undefined {
  const strings = chatStrings[language];
  if (value === "") return field.optional === true ? undefined : strings.needed;
  // Choices that the bot made when the form was opened are not in the modal.
  const choices = field.type === "select" || field.type === "radio_select" ? field.options : undefined;
  if (choices?.some((choice) => choice.value === value) === false) return strings.noChoice;
  if (field.type !== "number_input") return undefined;
  const { min, max, decimal } = field;
  const number = Number(value);
  if (!Number.isFinite(number) || (decimal !== true && !Number.isInteger(number))) return strings.noNumber;
  const isOutside = (min !== undefined && number < min) || (max !== undefined && number > max);
  return isOutside ? strings.outOfRange(min, max) : undefined;
}
