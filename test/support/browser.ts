import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import chromium, { inflate } from "@sparticuz/chromium";
import { chromium as playwright } from "playwright-core";
import type { Browser, BrowserContext, Page } from "playwright-core";

const root = fileURLToPath(new URL("../../", import.meta.url));
const chromiumPackage = join(root, "node_modules/@sparticuz/chromium");
const fontPackage = join(root, "node_modules/@fontsource/noto-sans-sc");

/**
 * Flags the package sets for serverless hosts that a test does not want: one process for everything (a crash of a page
 * would be a crash of the browser), security checks turned off (the page's own policy is under test), software WebGL.
 */
const UNWANTED =
  /^--(?:single-process|no-zygote|disable-web-security|allow-running-insecure-content|use-gl|use-angle|enable-unsafe|in-process-gpu|headless|ignore-gpu)/u;

/** The unpacked browser and what it needs around it. */
interface Installation {
  executablePath: string;
  fonts: string;
  libraries: string;
}

/** Runs `work` with the package unpacking into `directory`: it only knows the system's temporary folder. */
async function unpackInto<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = directory;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
}

/**
 * Unpacks Chromium once per checkout and version. Test files run in parallel processes, so it is unpacked beside its
 * final place and renamed: a reader never sees half a binary.
 */
async function install(): Promise<Installation> {
  const manifest: unknown = JSON.parse(await readFile(join(chromiumPackage, "package.json"), "utf8"));
  const version = (manifest as { version: string }).version;
  const home = join(root, "node_modules/.cache/chromium", version);
  if (!existsSync(home)) {
    await mkdir(dirname(home), { recursive: true });
    const draft = await mkdtemp(`${home}-`);
    await unpackInto(draft, async () => {
      await Promise.all(
        ["chromium.br", "fonts.tar.br", "al2023.tar.br"].map((name) => inflate(join(chromiumPackage, "bin", name))),
      );
    });
    try {
      await rename(draft, home);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      if (!existsSync(home)) throw error;
    }
  }
  return { executablePath: join(home, "chromium"), fonts: join(home, "fonts"), libraries: join(home, "al2023/lib") };
}

function environment(extra: Record<string, string>): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) own[name] = value;
  return { ...own, ...extra };
}

/**
 * Starts the Chromium that ships inside `@sparticuz/chromium`; `npm ci` is all it needs. Close it in `afterAll`.
 *
 * On a machine without NSS the shared libraries inside the package are used, and without fontconfig its fonts.
 */
export async function launchBrowser(): Promise<Browser> {
  const installation = await install();
  const args = [...chromium.args.filter((flag) => !UNWANTED.test(flag)), "--no-sandbox", "--disable-gpu"];
  const fonts: Record<string, string> = existsSync("/etc/fonts/fonts.conf")
    ? {}
    : { FONTCONFIG_PATH: installation.fonts };
  const start = (extra: Record<string, string>): Promise<Browser> =>
    playwright.launch({
      executablePath: installation.executablePath,
      args,
      headless: true,
      env: environment({ ...fonts, ...extra }),
    });
  try {
    return await start({});
  } catch (error) {
    if (!String(error).includes("shared librar")) throw error;
    return start({ LD_LIBRARY_PATH: installation.libraries });
  }
}

/** How a page is to be opened. */
export interface PageOptions {
  /** Width of the window in CSS pixels. @defaultValue 1440 */
  width?: number;
  /** Height of the window in CSS pixels. @defaultValue 900 */
  height?: number;
  /** @defaultValue "light" */
  theme?: "light" | "dark";
  /** The browser's language. @defaultValue "en-GB" */
  locale?: string;
  /** @defaultValue "no-preference" */
  reducedMotion?: "reduce" | "no-preference";
  /** Device pixels per CSS pixel. @defaultValue 1 */
  scale?: number;
  /** Load a font with Chinese glyphs: 3.4 MB, half a second. Without it they take their place as boxes. @defaultValue false */
  chineseFont?: boolean;
}

/** A page with everything it complained about and every address it asked for. */
export interface OpenPage {
  page: Page;
  context: BrowserContext;
  /** Uncaught errors, console errors (a policy violation is one) and failed requests, as text. */
  problems: string[];
  /** Origins asked for, the test's own font apart. */
  origins: Set<string>;
}

const FONT_PATH = "/__test-font/";
const WEIGHTS = [400, 500, 700];

function fontCss(): string {
  const faces = ["chinese-simplified", "latin"].flatMap((subset) =>
    WEIGHTS.map(
      (weight) =>
        `@font-face{font-family:"Noto Sans SC";font-weight:${weight};src:url("${FONT_PATH}noto-sans-sc-${subset}-${weight}-normal.woff2") format("woff2");${
          subset === "latin"
            ? "unicode-range:U+0000-00FF,U+2000-206F,U+20AC"
            : "unicode-range:U+2E80-FFEF,U+20000-2FFFF"
        }}`,
    ),
  );
  // The browser's own Latin letters differ from machine to machine; with one font for all, pictures do not.
  return `${faces.join("\n")}\n:root{--font:"Noto Sans SC",sans-serif}`;
}

/**
 * Serves Noto Sans SC from npm on the page's own origin, and links it from the page before anything is laid out: the
 * browser in the package has no Chinese glyphs.
 */
async function serveFont(context: BrowserContext): Promise<void> {
  await context.route("**/*", async (route) => {
    if (!route.request().isNavigationRequest()) return route.fallback();
    const response = await route.fetch();
    const html = (await response.text()).replace(
      "</head>",
      `<link rel="stylesheet" href="${FONT_PATH}noto.css"></head>`,
    );
    return route.fulfill({ response, body: html });
  });
  await context.route(`**${FONT_PATH}*`, async (route) => {
    const name = basename(new URL(route.request().url()).pathname);
    if (name === "noto.css") await route.fulfill({ contentType: "text/css", body: fontCss() });
    else await route.fulfill({ contentType: "font/woff2", body: await readFile(join(fontPackage, "files", name)) });
  });
}

/** Opens `url` in a context of its own (no shared storage). Close `context` when done. */
export async function openPage(browser: Browser, url: string, options: PageOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.theme ?? "light",
    locale: options.locale ?? "en-GB",
    reducedMotion: options.reducedMotion ?? "no-preference",
    deviceScaleFactor: options.scale ?? 1,
  });
  if (options.chineseFont === true) await serveFont(context);
  const page = await context.newPage();
  // Shorter than a test's own limit, so that a failure names the step that hung.
  page.setDefaultTimeout(8_000);
  const problems: string[] = [];
  const origins = new Set<string>();
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const address = new URL(request.url());
    if (!address.pathname.startsWith(FONT_PATH) && address.protocol.startsWith("http")) origins.add(address.origin);
  });
  await page.goto(url);
  await page.evaluate("document.fonts.ready");
  return { page, context, problems, origins };
}
