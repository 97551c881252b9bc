/**
 * `npm run bench -- [--chat-sdk] [options]`: streaming by itself, or as a bot of the Chat SDK's does it, ours beside the vendor's.
 * With `--plot` it measures nothing, and draws what was recorded last.
 */
if (process.argv.includes("--plot")) await import("./plot/main.ts");
else if (process.argv.includes("--chat-sdk")) await import("./chat-sdk/main.ts");
else await import("./delivery/main.ts");
