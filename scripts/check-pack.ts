/**
 * Packs the package as it would be published and uses it as a stranger would: `npm run check:pack`.
 * Takes a minute and the registry, so it is not part of `npm test`.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const packageJson = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  version: string;
  exports: Record<string, unknown>;
};
const entries = Object.keys(packageJson.exports)
  .filter((name) => name !== "./package.json")
  .map((name) => `cardstream${name.slice(1)}`);

/** What a first user of the emulator would write. */
const EMULATOR_SCRIPT = `
import { startEmulator } from "cardstream/emulator";
const feishu = await startEmulator({ port: 0 });
const page = await fetch(feishu.pageUrl);
const asset = await fetch(new URL("page/app.js", feishu.pageUrl));
await feishu.close();
if (!page.ok || !asset.ok) throw new Error("the page is not served: " + page.status + " " + asset.status);
console.log("emulator and page: ok");
`;

/** The library's first example against the package's own emulator, as an ES module and from CommonJS. */
const EXAMPLE_SCRIPT = `
import { spawn } from "node:child_process";
import { startEmulator } from "cardstream/emulator";
const feishu = await startEmulator({ port: 0 });
const env = { ...process.env, FEISHU_APP_ID: feishu.app.appId, FEISHU_APP_SECRET: feishu.app.appSecret, FEISHU_DOMAIN: feishu.apiUrl };
const run = (...args) => new Promise((resolve, reject) => {
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "inherit", "inherit"] });
  child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(args[0] + " ended with " + code))));
});
await run("first-card.ts", feishu.directChatId());
await run("card.cjs", feishu.directChatId());
await feishu.close();
`;
const COMMONJS_SCRIPT = `
const { createFeishuInstance, FeishuStreamingCard } = require("cardstream/feishu");
const { FEISHU_APP_ID: appId, FEISHU_APP_SECRET: appSecret, FEISHU_DOMAIN: domain } = process.env;
const instance = createFeishuInstance({ appId, appSecret, domain });
const card = FeishuStreamingCard.start({ instance, chatId: process.argv[2] });
card.appendMarkdown("from CommonJS").finalize().then(async ({ delivered, total }) => {
  console.log("CommonJS: " + delivered + "/" + total);
  await instance.close();
});
`;

/** A bot of the Chat SDK's on the adapter's package answers in the emulator of ours. */
const CHAT_SCRIPT = `
import { Chat } from "chat";
import { createMemoryState } from "@chat-adapter/state-memory";
import { createLarkAdapter } from "@cardstream/chat-adapter";
import { startEmulator } from "cardstream/emulator";
const feishu = await startEmulator({ port: 0 });
const { appId, appSecret } = feishu.app;
const lark = createLarkAdapter({ appId, appSecret, domain: feishu.apiUrl });
const bot = new Chat({ userName: "bot", adapters: { lark }, state: createMemoryState(), logger: "error" });
bot.onDirectMessage((thread, message) => thread.post((async function* () { yield "heard "; yield message.text; })()));
await bot.initialize();
feishu.say("hello");
const [answer] = await feishu.answers();
await bot.shutdown();
await feishu.close();
if (answer?.text !== "heard hello") throw new Error("the Chat SDK's bot said " + answer?.text);
console.log("Chat SDK: ok");
`;

/** Every entry loads, and none is empty. */
const ENTRIES_SCRIPT = `
for (const entry of ${JSON.stringify(entries)}) {
  const names = Object.keys(await import(entry));
  if (names.length === 0) throw new Error(entry + " exports nothing");
  console.log(entry + ": " + names.length + " names");
}
`;

const typed = [...entries, "@cardstream/chat-adapter"];
const TYPES_SCRIPT = `${typed.map((entry, index) => `import * as m${index} from "${entry}";`).join("\n")}
export const all: unknown[] = [${typed.map((_, index) => `m${index}`).join(", ")}];
`;

const TSCONFIG = {
  compilerOptions: {
    target: "es2024",
    lib: ["es2024", "esnext.disposable", "dom", "dom.iterable", "dom.asynciterable"],
    module: "nodenext",
    types: ["node"],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
  },
  files: ["types.ts"],
};

function step(title: string): void {
  console.log(`\n== ${title}`);
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

/** Errors of `tsc` that are in our declarations; those in other packages' are theirs. */
function typeErrors(cwd: string): string[] {
  try {
    run(join(root, "node_modules/.bin/tsc"), ["-p", "."], cwd);
    return [];
  } catch (error) {
    const output = String((error as { stdout?: unknown }).stdout);
    return output
      .split("\n")
      .filter((line) => /^(?:node_modules\/(?:cardstream|@cardstream)\/|types\.ts|error)/u.test(line));
  }
}

const folder = mkdtempSync(join(tmpdir(), "cardstream-pack-"));
try {
  step("npm pack");
  run("npm", ["pack", "--silent", "--pack-destination", folder], root);
  run("npm", ["pack", "--silent", "--pack-destination", folder], join(root, "extensions/chat-sdk"));
  const tarball = join(folder, `cardstream-${packageJson.version}.tgz`);
  const chatTarball = join(folder, `cardstream-chat-adapter-${packageJson.version}.tgz`);

  for (const one of [tarball, chatTarball]) {
    step(`publint ${basename(one)}`);
    console.log(run(join(root, "node_modules/.bin/publint"), ["run", one, "--strict"], root));

    step(`attw ${basename(one)}`);
    console.log(run(join(root, "node_modules/.bin/attw"), [one, "--profile", "esm-only", "--format", "ascii"], root));
  }

  step("install in an empty project");
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", tarball, "@types/node@24"], folder);
  const chatPackages = [chatTarball, "chat@4.41.0", "@chat-adapter/state-memory@4.41.0"];
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", ...chatPackages], folder);
  const version = run(join(folder, "node_modules/.bin/cardstream"), ["--version"], folder).trim();
  if (version !== packageJson.version) throw new Error(`cardstream --version says ${version}`);
  console.log(`cardstream --version: ${version}`);

  writeFileSync(join(folder, "emulator.js"), EMULATOR_SCRIPT);
  writeFileSync(join(folder, "entries.js"), ENTRIES_SCRIPT);
  process.stdout.write(run(process.execPath, ["emulator.js"], folder));
  cpSync(join(folder, "node_modules/cardstream/dist/examples/library/first-card.ts"), join(folder, "first-card.ts"));
  writeFileSync(join(folder, "card.cjs"), COMMONJS_SCRIPT);
  writeFileSync(join(folder, "example.js"), EXAMPLE_SCRIPT);
  process.stdout.write(run(process.execPath, ["example.js"], folder));
  process.stdout.write(run(process.execPath, ["entries.js"], folder));
  writeFileSync(join(folder, "chat.js"), CHAT_SCRIPT);
  process.stdout.write(run(process.execPath, ["chat.js"], folder));
  const answer = run(join(folder, "node_modules/.bin/cardstream"), ["start", "--once", "你好"], folder);
  if (!/delivered (\d+)\/\1,/u.test(answer)) throw new Error(`start --once: ${answer}`);
  console.log(`start --once: ${answer.trim().split("\n").at(-1)}`);

  step("cardstream new");
  // It finds what is installed in the folder above.
  run(join(folder, "node_modules/.bin/cardstream"), ["new", "my-bot"], folder);
  const bot = join(folder, "my-bot");
  run(process.execPath, ["--test"], bot);
  run(join(root, "node_modules/.bin/tsc"), ["-p", "."], bot);
  console.log("its test passes, and its types fit");

  step("types of every entry");
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
  writeFileSync(join(folder, "types.ts"), TYPES_SCRIPT);
  const errors = typeErrors(folder);
  if (errors.length > 0) throw new Error(`the declarations have errors:\n${errors.join("\n")}`);
  console.log("ok");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
