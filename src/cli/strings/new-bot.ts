import type { Language } from "../../plugin-sdk/index.ts";

/** What `cardstream new` says and writes. */
export interface NewBotStrings {
  readonly about: string;
  readonly argument: string;
  readonly notEmpty: (folder: string) => string;
  readonly badName: (name: string) => string;
  readonly unwritable: (folder: string, reason: string) => string;
  readonly done: (folder: string) => string;
  readonly readme: (name: string) => string;
}

export const newBotStrings: Readonly<Record<Language, NewBotStrings>> = {
  en: {
    about: "write a bot of your own to begin from: it runs at once in a local Feishu, and has a test",
    argument: "folder to write; its name is the bot's",
    notEmpty: (folder) => `${folder} is there already and not empty.\n    → Name another folder.`,
    badName: (name) =>
      `${JSON.stringify(name)} cannot be the name of a package.\n    → Take lower-case letters, digits, - and _, for example my-bot.`,
    unwritable: (folder, reason) => `${folder} cannot be written: ${reason}`,
    done: (folder) => `${folder} is written. Now:\n\n  cd ${folder}\n  npm install\n  npm run dev\n`,
    readme: (name) => `# ${name}

\`\`\`sh
npm install
npm run dev   # a local Feishu and the bot in it; the bot starts again when a file changes
npm test
\`\`\`

What the bot does is in \`bot.ts\`. In the real Feishu or Lark: \`npx cardstream init --print\` makes an app and prints its keys; put
\`FEISHU_APP_ID\` and \`FEISHU_APP_SECRET\` (for Lark also \`FEISHU_DOMAIN=lark\`) into \`.env\`, and \`npm start\` connects it.
`,
  },
  zh: {
    about: "生成一个属于你自己的机器人：立即可在本地飞书中运行，并带有测试",
    argument: "要写入的文件夹；名称即机器人的名称",
    notEmpty: (folder) => `${folder} 已存在且不为空。\n    → 请换一个文件夹。`,
    badName: (name) => `${JSON.stringify(name)} 不能作为包名。\n    → 请使用小写字母、数字、- 和 _，例如 my-bot。`,
    unwritable: (folder, reason) => `无法写入 ${folder}：${reason}`,
    done: (folder) => `${folder} 已生成。接下来：\n\n  cd ${folder}\n  npm install\n  npm run dev\n`,
    readme: (name) => `# ${name}

\`\`\`sh
npm install
npm run dev   # 本地飞书和其中的机器人；文件改动后机器人自动重启
npm test
\`\`\`

机器人的全部行为都在 \`bot.ts\`。连接真实的飞书或 Lark：\`npx cardstream init --print\` 创建应用并打印密钥；把 \`FEISHU_APP_ID\` 与 \`FEISHU_APP_SECRET\`（Lark 另加
\`FEISHU_DOMAIN=lark\`）写入 \`.env\`，再运行 \`npm start\`。
`,
  },
};
