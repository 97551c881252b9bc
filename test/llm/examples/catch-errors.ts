// #region errors
import type OpenAI from "openai";
import { findLlmError } from "../../../src/llm/index.ts";

export async function ask(openai: OpenAI, question: string): Promise<string> {
  let text = "";
  try {
    const stream = await openai.chat.completions.create({
      model: "gpt-x",
      stream: true,
      messages: [{ role: "user", content: question }],
    });
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    return text;
  } catch (error) {
    const failure = findLlmError(error);
    if (failure === undefined) throw error;
    // What came before the stream broke is still here.
    return `${text} [${failure.code}]`;
  }
}
// #endregion errors
