import { z } from "zod";
import { evaluateExpression } from "./expression.ts";
import { defineTool } from "./tool.ts";
import type { Tool } from "./tool.ts";

/** The built-in `calculator` tool: exact arithmetic by a parser of ours; evaluates no code. */
export function createCalculatorTool(): Tool {
  return defineTool({
    name: "calculator",
    title: { en: "Calculator", zh: "计算器" },
    description:
      "Works out an arithmetic expression: + - * / % ^ !, parentheses, pi, e, sqrt, abs, min, max, round, floor, ceil, ln, log10, log2, exp, sin, cos, tan.",
    input: z.object({ expression: z.string().describe("for example (3 + 4) * 2 ^ 10") }),
    execute: (input) => ({ expression: input.expression, value: evaluateExpression(input.expression) }),
  });
}
