// #region turn
import { createCalculatorTool, createModel } from "../../../src/llm/index.ts";
import { createSystemClock } from "../../../src/time/index.ts";

export async function answer(
  question: string,
  settings: { apiKey: string; model: string; baseUrl?: string },
): Promise<string> {
  const model = createModel({ provider: "deepseek", ...settings }, { clock: createSystemClock(), random: Math.random });
  try {
    let text = "";
    const turn = model.streamTurn({
      system: "Be brief.",
      messages: [{ role: "user", content: question }],
      tools: [createCalculatorTool()],
    });
    for await (const part of turn) if (part.type === "text-delta") text += part.text;
    return text;
  } finally {
    await model.close();
  }
}
// #endregion turn
