import { createFeishuInstance, streamTo } from "../../extensions/feishu/index.ts";

const { env, argv } = process;
const { FEISHU_APP_ID: appId = "", FEISHU_APP_SECRET: appSecret = "", FEISHU_DOMAIN: domain } = env;
const instance = createFeishuInstance({ appId, appSecret, domain });
const [chatId = "", question = ""] = argv.slice(2);

const answer = await fetch(`${env["OPENAI_BASE_URL"]}/chat/completions`, {
  method: "POST",
  headers: { "content-type": "application/json", authorization: `Bearer ${env["OPENAI_API_KEY"]}` },
  body: JSON.stringify({ model: env["OPENAI_MODEL"], stream: true, messages: [{ role: "user", content: question }] }),
});
const { result, error = result.error } = await streamTo({ instance, chatId }, answer);
console.log(error?.message ?? `${result.delivered}/${result.total} characters visible`);
process.exitCode = error === undefined ? 0 : 1;
await instance.close();
