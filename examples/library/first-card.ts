import { createFeishuInstance, FeishuStreamingCard } from "../../extensions/feishu/index.ts";

const { FEISHU_APP_ID: appId = "", FEISHU_APP_SECRET: appSecret = "", FEISHU_DOMAIN: domain } = process.env;
const instance = createFeishuInstance({ appId, appSecret, domain });
const [chatId = ""] = process.argv.slice(2);

const card = FeishuStreamingCard.start({ instance, chatId, title: "Weekly report" });
card.status("collecting numbers").tool({ id: "sql", name: "SQL", state: "running" });
card.tool({ id: "sql", name: "SQL", state: "done" });
for (const word of "**Revenue** is up by 12 %, *churn* is down.".split(" ")) card.appendMarkdown(`${word} `);
const result = await card.finalize({ footer: "from 3 sources" });
console.log(`${result.delivered}/${result.total} characters visible`);
await instance.close();
// Why it is not all of it: a wrong secret, a chat the bot is not in, no way to Feishu.
if (result.error !== undefined) console.error(result.error.message);
process.exitCode = result.delivered === result.total && result.error === undefined ? 0 : 1;
