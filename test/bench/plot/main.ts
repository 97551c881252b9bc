/** `npm run bench -- --plot`: draws the figures that were recorded last into `docs/images/bench`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { plots } from "./plots.ts";

const into = join(import.meta.dirname, "../../../docs/images/bench");
mkdirSync(into, { recursive: true });
for (const [name, svg] of plots()) writeFileSync(join(into, name), svg);
console.log(`${plots().size} plots in docs/images/bench`);
