import { longZh } from "./long-zh.ts";
import type { Words } from "./words.ts";

const WEEKDAYS: Readonly<Record<string, string>> = {
  Monday: "一",
  Tuesday: "二",
  Wednesday: "三",
  Thursday: "四",
  Friday: "五",
  Saturday: "六",
  Sunday: "日",
};

/** What the scripted model says in Chinese. */
export const wordsZh: Words = {
  greeting: (turn) =>
    turn > 1
      ? "又见面了！还是我，**cardstream** 的演示模型。想看点什么？\n\n"
      : "你好！我是 **cardstream** 的演示模型：没有联网，也没有密钥，台词是写好的，但你看到的打字、卡片、工具和停止按钮都是真的。\n\n",
  menu: `可以这样试试：

- \`几点了\`：我会真的调用一个时钟工具
- \`(3 + 4) × 2^10 等于多少\`：真的调用计算器
- \`想一想，为什么天是蓝的\`：先思考，再回答
- \`写一篇长的\`：超过 3,000 个字符，看它怎样接到下一张卡片
- \`中断\`：说到一半断线，看卡片怎样收场
- \`卡住\`：说到一半不动了，试试停止按钮
`,
  tour: (quote) => `> ${quote}

这个问题要真正的模型才答得好；我只是演示用的，就借这个机会介绍一下 **cardstream** 吧。

## 它做一件事

把 AI 的回答**一边生成、一边打进**飞书或 Lark 的卡片里：

1. 模型说一点，卡片上就多一点；
2. 断线、限流、超时，都接得回来；
3. 说完的时候，*每一个字恰好出现一次*。

## 卡片里能放什么

| 内容 | 例子 |
| --- | --- |
| 强调 | **粗体**、*斜体*、~~删除线~~ |
| 代码 | 行内的 \`sequence\`，或者一整段 |
| 链接 | [飞书开放平台](https://open.feishu.cn) |

\`\`\`ts
const card = await FeishuStreamingCard.start({ instance, chatId });
for await (const delta of model) await card.appendMarkdown(delta);
await card.finalize();
\`\`\`

## 换成真的模型

设好 \`OPENAI_API_KEY\`、\`OPENAI_MODEL\`（用别家的服务再加上 \`OPENAI_BASE_URL\`），重新启动，我就退场了。
`,
  clockAsked: "我看一下时钟。\n\n",
  clockSaid: (reading) =>
    `现在是 **${reading.iso.slice(11, 16)}**，${reading.iso.slice(0, 10)}，星期${WEEKDAYS[reading.weekday] ?? ""}（${reading.timeZone}）。\n\n这不是我编的：刚才卡片上的那一行，就是工具调用。\n`,
  calculatorAsked: "这个交给计算器。\n\n",
  calculatorSaid: (expression, value) => `\`${expression}\` = **${value}**\n`,
  toolMissing: (name) => `这里没有给我 \`${name}\` 工具，所以我不猜。\n`,
  toolFailed: (message) => `工具说不行：${message}\n`,
  thoughts:
    "先看清楚问的是什么。\n天空本身没有颜色，光才有；所以要问的是：为什么到眼睛里来的光里，蓝色多。\n阳光是各种颜色合在一起的。空气分子很小，比光的波长小得多，这时短波长的光散射得厉害，大约与波长的四次方成反比。\n蓝光波长短，被散到四面八方；红光波长长，大多直直地穿过去。\n那为什么不是紫色？紫光更短，但太阳发出的紫光少一些，高空还吸收掉一些，人眼对紫色也不敏感。\n傍晚呢？光斜着穿过更厚的空气，蓝光在路上散光了，剩下的就是橙和红。可以回答了。",
  thoughtful: `拿一个老问题来示范：**天为什么是蓝的？**

因为空气把阳光里的蓝色**散射**得到处都是：

- 阳光是各种颜色的混合；
- 波长越短，被空气分子散射得越多（大约与波长的四次方成反比）；
- 于是无论往哪个方向看，都有散射过来的蓝光。

紫光更短，可是太阳光里的紫光少一些，人眼对它也不敏感。傍晚的光要穿过更厚的空气，蓝光在路上散掉了，剩下的就是晚霞的红。

上面那块可以折叠的面板，是我思考的过程。
`,
  dying:
    "好的，我要开始讲一个很重要的秘密了，请注意听。\n\n这个秘密就是：一个可靠的系统，不在于它从不出错，而在于出错的时候，",
  dyingRest: "能说清楚，留得住已有的，再从停下的地方接着来。你刚才看到的就是这样：一个字没少，一个字没多。\n",
  stallingRest: "还可以从这里接着说。\n\n我要说的就是这些。\n",
  nothingBrokeOff: "上一条回答已经说完，没有可以接着写的内容。",
  stalling: "我说到这里，就不动了。连接还开着，但不会再有下文。\n\n现在请按**停止**按钮：已经说出来的字会留下，",
  long: longZh,
};
