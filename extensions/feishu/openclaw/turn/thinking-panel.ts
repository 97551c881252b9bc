import { inLines } from "../../dialect/index.ts";
import type { PlanStep } from "../host/index.ts";

const MARKS: Readonly<Record<string, string>> = { completed: "☑", in_progress: "▶", pending: "☐" };

/**
 * What goes into the thinking panel of a card: reasoning, the agent's plan and the host's notes about tools, each in its place.
 * Reasoning comes as the whole text so far, once per assistant message; notes come one by one.
 */
export class ThinkingPanel {
  readonly #parts: { readonly kind: "reasoning" | "plan" | "note"; text: string }[] = [];
  #reasoningOpen = false;

  /** Replaces the reasoning of the current message. */
  reasoning(text: string): void {
    const last = this.#parts.findLast((part) => part.kind === "reasoning");
    if (this.#reasoningOpen && last !== undefined) last.text = text;
    else this.#parts.push({ kind: "reasoning", text });
    this.#reasoningOpen = true;
  }

  /** The next reasoning starts a paragraph of its own. */
  endReasoning(): void {
    this.#reasoningOpen = false;
  }

  /** Replaces the plan; there is one per reply. */
  plan(steps: readonly PlanStep[], explanation: string | undefined): void {
    const lines = steps.map(({ step, status }) => `${MARKS[status] ?? "☐"} ${step.replace(/\s+/gu, " ").trim()}`);
    const text = [explanation ?? "", inLines(lines)].filter((part) => part !== "").join("\n\n");
    const plan = this.#parts.find((part) => part.kind === "plan");
    if (plan === undefined) this.#parts.push({ kind: "plan", text });
    else plan.text = text;
  }

  /** Adds a paragraph, or goes on with the last one: the host repeats a tool's headline above what the tool printed. */
  note(text: string): void {
    const last = this.#parts.at(-1);
    if (last?.kind === "note" && text.startsWith(last.text)) last.text = text;
    else this.#parts.push({ kind: "note", text });
  }

  /** The whole panel; empty when there is nothing to show. */
  get text(): string {
    return this.#parts
      .map((part) => part.text.trim())
      .filter((text) => text !== "")
      .join("\n\n");
  }
}
