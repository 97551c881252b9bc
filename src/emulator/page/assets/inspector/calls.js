import { api } from "../api.js";
import { arrange, fill, h } from "../dom.js";
import { fullTime, t } from "../i18n.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { toastError } from "../toast.js";
import { lastSequences, warningOf } from "./warnings.js";

/** Rows on the screen; older calls are in the export. */
const ROWS = 150;

/** Differences of a replay listed one by one. */
const MOST_DIFFERENCES = 100;

/** The timeline of API calls. */
export class Calls {
  #filter = h("input", {
    type: "search",
    class: "text-input",
    placeholder: t("filterCalls"),
    "aria-label": t("filterCalls"),
  });
  #onlyProblems = h("input", { type: "checkbox" });
  #list = h("ol", { class: "calls" });
  #replayFile = h("input", {
    type: "file",
    class: "visually-hidden",
    accept: ".jsonl,.ndjson,application/x-ndjson",
    tabindex: "-1",
    "aria-label": t("replay"),
  });
  /** Rows by call. @type {Map<number, HTMLElement>} */
  #rows = new Map();
  /** Calls whose bodies somebody reads: they stay, however many come after them. @type {Map<number, any>} */
  #open = new Map();
  #replayed = h("div", { class: "replayed", role: "status", hidden: true });
  #drawing = false;
  #shown = true;

  constructor() {
    this.root = h(
      "div",
      { class: "calls-page" },
      h(
        "div",
        { class: "calls-tools" },
        this.#filter,
        h("label", { class: "check" }, this.#onlyProblems, t("onlyProblems")),
        h("div", { class: "spacer" }),
        h(
          "a",
          {
            class: "ghost small",
            href: "/emulator/timeline.jsonl",
            download: "timeline.jsonl",
            "aria-label": t("export"),
            title: t("export"),
          },
          icon("download", 16),
        ),
        h(
          "button",
          {
            type: "button",
            class: "ghost small acts",
            "aria-label": t("replay"),
            title: t("replay"),
            on: { click: () => this.#replayFile.click() },
          },
          icon("upload", 16),
        ),
        this.#replayFile,
      ),
      this.#replayed,
      this.#list,
    );
    this.#filter.addEventListener("input", () => this.#draw());
    this.#onlyProblems.addEventListener("change", () => this.#draw());
    this.#replayFile.addEventListener("change", () => void this.#replay());
    store.on("calls", () => this.#soon());
    // Coming into sight is a change of size.
    new ResizeObserver(() => this.#soon()).observe(this.root);
    this.#draw();
  }

  /** @param {boolean} on */
  show(on) {
    this.#shown = on;
    if (on) this.#soon();
  }

  /** Calls come by the hundred; the screen changes at most once a frame, and not at all when nobody looks. */
  #soon() {
    if (this.#drawing || !this.#shown) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      if (this.root.offsetParent !== null) this.#draw();
    });
  }

  #draw() {
    const before = lastSequences(store.calls);
    /** @type {{ entry: any, warning: string | undefined }[]} */
    const wanted = [];
    for (let index = store.calls.length - 1; index >= 0 && wanted.length < ROWS; index -= 1) {
      const entry = store.calls[index];
      const warning = warningOf(entry, before[index]);
      if (this.#matches(entry, warning)) wanted.push({ entry, warning });
    }
    // An emulator begun anew counts from one again.
    for (const seq of this.#open.keys()) if (seq > (store.calls.at(-1)?.seq ?? 0)) this.#open.delete(seq);
    const oldest = wanted.at(-1)?.entry.seq ?? Infinity;
    for (const { entry, warning } of [...this.#open.values()].sort((a, b) => b.entry.seq - a.entry.seq))
      if (entry.seq < oldest && this.#matches(entry, warning)) wanted.push({ entry, warning });
    const rows = wanted.map(({ entry, warning }) => {
      const row = this.#rows.get(entry.seq) ?? this.#row({ entry, warning });
      this.#rows.set(entry.seq, row);
      return row;
    });
    const keep = new Set(wanted.map(({ entry }) => entry.seq));
    for (const seq of this.#rows.keys()) if (!keep.has(seq)) this.#rows.delete(seq);
    if (rows.length === 0)
      rows.push(h("li", { class: "empty-note" }, t(store.calls.length === 0 ? "noCalls" : "noMatch")));
    this.#arrange(rows);
  }

  /** Whether the filters let a call through. @param {any} entry @param {string | undefined} warning */
  #matches(entry, warning) {
    if (this.#onlyProblems.checked && entry.code === 0 && warning === undefined) return false;
    const { operation, path, code, cardId = "", elementId = "", sequence = "" } = entry;
    const word = this.#filter.value.trim().toLowerCase();
    return `${operation} ${path} ${code} ${cardId} ${elementId} ${sequence}`.toLowerCase().includes(word);
  }

  /** Puts rows in place; what somebody reads stays where it is while new calls come in above it. @param {HTMLElement[]} rows */
  #arrange(rows) {
    const scroll = this.root.parentElement;
    const [read] = [...this.#open.keys()].map((seq) => this.#rows.get(seq)).filter((row) => row?.isConnected);
    const before = read?.offsetTop ?? 0;
    scroll?.classList.toggle("arranging", read !== undefined);
    arrange(this.#list, rows);
    if (scroll !== null && read?.isConnected) scroll.scrollTop += read.offsetTop - before;
    scroll?.classList.remove("arranging");
  }

  /** @param {{ entry: any, warning: string | undefined }} call */
  #row(call) {
    const { entry, warning } = call;
    const time = new Date(entry.at);
    const clock = `${time.toTimeString().slice(0, 8)}.${String(time.getMilliseconds()).padStart(3, "0")}`;
    const bad = entry.code !== 0 || entry.outcome !== "answered";
    const detail = h("div", { class: "call-detail", hidden: true });
    const head = h(
      "button",
      { type: "button", class: `call ${bad ? "bad" : ""}`, "aria-expanded": "false" },
      h("time", { title: fullTime(entry.at) }, clock),
      h("span", { class: "call-operation", title: entry.operation }, entry.operation),
      h(
        "span",
        { class: "call-sequence", title: t("sequence") },
        entry.sequence === undefined ? "" : `#${entry.sequence}`,
      ),
      h(
        "span",
        { class: `call-code ${bad ? "bad" : "good"}` },
        entry.outcome === "answered" || entry.outcome === undefined ? entry.code : entry.outcome,
      ),
      h("span", { class: "call-ms" }, `${Math.round(entry.ms)} ms`),
      h("span", { class: "call-size" }, size(entry.requestBytes)),
    );
    const row = h(
      "li",
      { class: "call-row" },
      head,
      warning && h("p", { class: "call-warning" }, icon("warn", 14), h("span", null, warning)),
      detail,
    );
    head.addEventListener("click", async () => {
      detail.hidden = !detail.hidden;
      head.setAttribute("aria-expanded", String(!detail.hidden));
      if (detail.hidden) this.#open.delete(entry.seq);
      else this.#open.set(entry.seq, call);
      if (detail.hidden || detail.childElementCount > 0) return;
      try {
        fill(detail, ...detailOf(await api.entry(entry.seq)));
      } catch (error) {
        toastError(error);
      }
    });
    return row;
  }

  async #replay() {
    const file = this.#replayFile.files?.[0];
    this.#replayFile.value = "";
    if (file === undefined) return;
    try {
      this.#tell(await api.replay(file, 1));
    } catch (error) {
      toastError(error);
    }
  }

  /** How a replay went, and which calls were answered otherwise than they were when recorded. @param {any} result */
  #tell({ calls, differences }) {
    this.#replayed.hidden = false;
    fill(
      this.#replayed,
      h(
        "header",
        null,
        t("replayed", { calls, differences: differences.length }),
        h(
          "button",
          {
            type: "button",
            class: "ghost small",
            "aria-label": t("close"),
            title: t("close"),
            on: { click: () => (this.#replayed.hidden = true) },
          },
          icon("close", 14),
        ),
      ),
      differences.length > 0 &&
        h(
          "ul",
          { tabindex: "0", "aria-label": t("differences") },
          differences.slice(0, MOST_DIFFERENCES).map((/** @type {any} */ each) => h("li", null, t("difference", each))),
        ),
    );
  }
}

/** @param {number | undefined} bytes */
export function size(bytes) {
  if (bytes === undefined) return "";
  return bytes < 1_000 ? `${bytes} B` : `${(bytes / 1_000).toFixed(1)} KB`;
}

/** @param {any} entry */
function detailOf(entry) {
  const facts = [
    ["HTTP", `${entry.method} ${entry.path} → ${entry.httpStatus}`],
    ["code", `${entry.code} ${entry.msg ?? ""}`],
    ["card_id", entry.cardId],
    ["element_id", entry.elementId],
    ["message_id", entry.messageId],
    ["uuid", entry.uuid],
    [t("written"), entry.written],
    [t("remark"), entry.warning],
  ].filter(([, value]) => value !== undefined && value !== "");
  return [
    h(
      "dl",
      null,
      facts.flatMap(([name, value]) => [h("dt", null, name), h("dd", null, value)]),
    ),
    ...["body", "answer"]
      .filter((part) => entry[part] !== undefined)
      .map((part) =>
        h(
          "div",
          null,
          h("h2", null, t(part === "body" ? "request" : "answer")),
          h("pre", { class: "json", tabindex: "0" }, pretty(entry[part])),
        ),
      ),
  ];
}

/** JSON with indents, and JSON inside strings opened up as Feishu's bodies need. @param {unknown} body */
function pretty(body) {
  if (typeof body !== "string") return JSON.stringify(body, null, 2);
  try {
    return JSON.stringify(
      JSON.parse(body),
      (_, value) => (typeof value === "string" && /^[[{]/u.test(value) ? opened(value) : value),
      2,
    );
  } catch {
    return body;
  }
}

/** @param {string} text */
function opened(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
