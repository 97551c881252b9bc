// #region tool
import { z } from "zod";
import { defineTool } from "../../../src/llm/index.ts";
import type { Tool } from "../../../src/llm/index.ts";

export const diceTool: Tool = defineTool({
  name: "dice",
  title: "骰子 Dice",
  description: "Rolls a die and tells the number.",
  input: z.object({ sides: z.int().min(2).max(100).default(6) }),
  execute: ({ sides }) => ({ rolled: 1 + Math.floor(Math.random() * sides) }),
});
// #endregion tool
