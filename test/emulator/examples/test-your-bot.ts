// #region test
import { startEmulator } from "../../../src/emulator/index.ts";

export async function testYourBot(
  runBot: (domain: string, appId: string, appSecret: string) => Promise<void>,
): Promise<string> {
  const feishu = await startEmulator({ port: 0 });
  try {
    const { appId, appSecret } = feishu.app;
    await runBot(feishu.apiUrl, appId, appSecret);
    // The second write of text is applied, but its answer gets lost: does the bot send it twice?
    feishu.faults.add({ operation: "element.content", effect: { type: "lost" }, skip: 1, count: 1 });
    const { chatId } = feishu.sendAsUser({ from: "Ming", text: "你好" });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    for (const call of feishu.timeline.entries()) {
      if (call.warning !== undefined) console.warn(call.operation, call.warning);
    }
    return feishu
      .visibleTexts(chatId)
      .map((message) => message.text)
      .join("\n");
  } finally {
    await feishu.close();
  }
}
// #endregion test
