import { join } from "node:path";

/** Where Node keeps what it compiled of the sources: the second start of a command takes half the CPU time of the first. */
const NODE_COMPILE_CACHE = join(import.meta.dirname, "../../../node_modules/.cache/node-compile");

/** The environment of a process that a test starts: the PATH, Node's compile cache and `own`; nothing else of this process's. */
export const childEnv = (own: Readonly<Record<string, string | undefined>> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ PATH: process.env["PATH"], NODE_COMPILE_CACHE, ...own }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
