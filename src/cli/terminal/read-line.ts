import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/**
 * Asks for one line on the terminal. Ctrl-C is a signal as everywhere else; the end of the input (Ctrl-D) is an empty line.
 * @throws the signal's reason
 */
export function readTerminalLine(question: string, options: { hidden: boolean; signal: AbortSignal }): Promise<string> {
  const { hidden, signal } = options;
  let muted = false;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!muted) process.stderr.write(chunk);
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  return new Promise<string>((resolve, reject) => {
    const onAbort = (): void => {
      terminal.close();
      reject(signal.reason);
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener("abort", onAbort, { once: true });
    terminal.once("close", () => {
      signal.removeEventListener("abort", onAbort);
      resolve("");
    });
    terminal.question(question, (line) => {
      if (hidden) process.stderr.write("\n");
      resolve(line.trim());
      terminal.close();
    });
    // The question is written by then.
    muted = hidden;
  });
}
