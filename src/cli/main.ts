#!/usr/bin/env node
import { processIo } from "./terminal/io.ts";
import { runCli } from "./program.ts";

// Whoever reads the output may leave early (`cardstream --help | head`); the work goes on without a listener.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

process.exitCode = await runCli(process.argv.slice(2), processIo());
