/**
 * Imported first by every entry of the package: on a Node that is too old the packages below fail with errors of their own that nobody
 * understands. Must parse and run on any Node since 18.
 */

/** What undici 8 needs; see "engines". */
const NEEDED = [22, 19] as const;

const [major = 0, minor = 0] = (process.versions.node ?? "").split(".").map(Number);
// Other runtimes name the Node they stand for, or none.
const isNode = process.versions["bun"] === undefined && process.versions["deno"] === undefined;
if (isNode && (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1]))) {
  throw new Error(
    `cardstream needs Node.js ${NEEDED.join(".")} or newer, this is ${process.versions.node}: install it from https://nodejs.org, or npm install node@24`,
  );
}
