#!/usr/bin/env node
/** Stands in for lark-cli: writes down how it was called, one JSON object a line, into the file beside it. */
import { appendFileSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const args = process.argv.slice(2);
const stdin = readFileSync(0, "utf8");
const record = join(dirname(fileURLToPath(import.meta.url)), "calls.jsonl");
appendFileSync(record, `${JSON.stringify({ args, stdin, env: Object.keys(process.env).toSorted() })}\n`);
if (args[0] === "--version") console.log("lark-cli version 1.0.96");
else if (args[0] === "auth") process.exitCode = 1;
else if (args[0] === "calendar") console.log('{"events":[]}');
else if (args[0] === "docs") {
  console.error("missing scope docx:document");
  process.exitCode = 3;
}
