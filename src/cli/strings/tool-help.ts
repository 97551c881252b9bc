import type { Language } from "../../plugin-sdk/index.ts";

/** The help of the commands that work without a bot running. */
interface ToolHelp {
  readonly config: string;
  readonly account: string;
  readonly verbose: string;
  readonly json: string;
  readonly send: {
    readonly about: string;
    readonly chat: string;
    readonly user: string;
    readonly reply: string;
    readonly title: string;
    readonly text: string;
    readonly file: string;
    readonly image: string;
    readonly card: string;
    readonly code: string;
    readonly encoding: string;
    readonly maxChars: string;
    readonly quiet: string;
    readonly json: string;
    readonly more: string;
  };
  readonly chats: { readonly about: string; readonly json: string };
  readonly explain: { readonly about: string; readonly code: string; readonly more: string };
  readonly completion: { readonly about: string; readonly shell: string; readonly more: string };
}

/** By language. */
export const toolHelp: Readonly<Record<Language, ToolHelp>> = {
  en: {
    config: "config file, JSON5 (default: ./cardstream.json5 if it exists)",
    account: "account of the config file (default: the first)",
    verbose: "log what happens while text streams",
    json: "print the result as JSON",
    send: {
      about: "stream standard input into a card, or send one text, file, image or card",
      chat: "chat to send to (oc_…; see cardstream chats)",
      user: "person to send to (ou_…, on_… or an e-mail address)",
      reply: "message to answer (om_…)",
      title: "header of the card",
      text: "send this as an ordinary text message",
      file: "send a file (at most 30 MB)",
      image: "send a picture (at most 10 MB)",
      card: "send a card from a JSON file",
      code: "show the input as it is, as a code block",
      encoding: "encoding of the input (default: utf-8)",
      maxChars: "stop after this many characters (default: 300000)",
      quiet: "no progress on standard error",
      json: "print ids and figures as JSON instead of the message ids",
      more: [
        "Examples:",
        "  ollama run qwen3 'Explain streaming' | cardstream send --chat oc_… --title Qwen",
        "  make test 2>&1 | cardstream send --chat oc_… --title 'make test' --code",
        "  cardstream send --chat oc_… --image chart.png",
        "",
        "The input is Markdown; colours and other terminal controls are taken out. The pipe waits when the card cannot keep up.",
        "Standard output gets the ids of the messages. '-' as a file name is standard input.",
        "Ctrl-C ends the card as interrupted, with the text that came.",
        "",
        "Exit codes: 0 everything is visible, 1 not everything or nothing came, 2 wrong arguments, settings or input (nothing sent),",
        "130/143 stopped by a signal. That the writer of the pipe failed only the shell knows: set -o pipefail.",
      ].join("\n"),
    },
    chats: { about: "list the groups the bot is in", json: "one JSON object a line" },
    explain: {
      about: "say what an error code of Feishu means and what to do",
      code: "a code, or the whole error message",
      more: ["Examples:", "  cardstream explain 300317", "  cardstream explain 230099/11310"].join("\n"),
    },
    completion: {
      about: "print the completion script of a shell",
      shell: "bash, zsh or fish",
      more: [
        "Install:",
        "  bash  cardstream completion bash > ~/.local/share/bash-completion/completions/cardstream",
        '  zsh   cardstream completion zsh > "${fpath[1]}/_cardstream"',
        "  fish  cardstream completion fish > ~/.config/fish/completions/cardstream.fish",
      ].join("\n"),
    },
  },
  zh: {
    config: "配置文件，JSON5（默认读取 ./cardstream.json5，若存在）",
    account: "配置文件中的账号（默认第一个）",
    verbose: "输出流式过程的调试日志",
    json: "以 JSON 打印结果",
    send: {
      about: "把标准输入流式写进卡片，或发送一条文本、文件、图片、卡片",
      chat: "目标群（oc_…，可用 cardstream chats 查看）",
      user: "目标用户（ou_…、on_… 或邮箱）",
      reply: "要回复的消息（om_…）",
      title: "卡片标题",
      text: "作为普通文本消息发送",
      file: "发送文件（不超过 30 MB）",
      image: "发送图片（不超过 10 MB）",
      card: "发送 JSON 文件中的卡片",
      code: "按原样以代码块显示输入",
      encoding: "输入的编码（默认 utf-8）",
      maxChars: "最多发送的字符数（默认 300000）",
      quiet: "不在标准错误输出进度",
      json: "以 JSON 打印 ID 与数据，代替消息 ID",
      more: [
        "示例：",
        "  ollama run qwen3 '解释流式输出' | cardstream send --chat oc_… --title Qwen",
        "  make test 2>&1 | cardstream send --chat oc_… --title 'make test' --code",
        "  cardstream send --chat oc_… --image chart.png",
        "",
        "输入按 Markdown 显示；颜色等终端控制符会被去掉。卡片跟不上时，管道会等待。",
        "标准输出为消息 ID。文件名 '-' 表示标准输入。",
        "按 Ctrl-C 时，卡片保留已到的文字并标记为中断。",
        "",
        "退出码：0 全部可见，1 不完整或没有输入，2 参数、设置或输入有误（未发送），130/143 被信号中止。",
        "管道上游是否失败只有 shell 知道：请用 set -o pipefail。",
      ].join("\n"),
    },
    chats: { about: "列出机器人所在的群", json: "每行一个 JSON 对象" },
    explain: {
      about: "解释飞书错误码的含义和处理办法",
      code: "错误码，或整条错误信息",
      more: ["示例：", "  cardstream explain 300317", "  cardstream explain 230099/11310"].join("\n"),
    },
    completion: {
      about: "打印 shell 的补全脚本",
      shell: "bash、zsh 或 fish",
      more: [
        "安装：",
        "  bash  cardstream completion bash > ~/.local/share/bash-completion/completions/cardstream",
        '  zsh   cardstream completion zsh > "${fpath[1]}/_cardstream"',
        "  fish  cardstream completion fish > ~/.config/fish/completions/cardstream.fish",
      ].join("\n"),
    },
  },
};
