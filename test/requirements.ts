/** What the product promises, and where the promise comes from. Tests cite the ids: `it("[A3][B3] …")`. */
export interface Requirement {
  /** A page of Feishu, the host or a provider that states the fact; otherwise our own document or measurement. */
  readonly source: string;
  readonly behavior: string;
}

const CARDKIT = "https://open.feishu.cn/document/cardkit-v1/streaming-updates-openapi-overview";
const CARD_JSON = "https://open.feishu.cn/document/feishu-cards/card-json-v2-structure";
const FREQUENCY = "Feishu Open Platform, page 'Frequency control policy'";
const OPENCLAW = "OpenClaw documentation, pages 'Streaming and chunking' and 'Channel plugins'";
const DELIVERY = "docs/en/explanation/delivery.md";
const PROVIDERS = "docs/en/reference/llm.md";
const LIBRARY = "docs/en/how-to/library.md";
const EMULATOR = "docs/en/reference/emulator.md";
const CLI = "docs/en/reference/cli.md";

export const requirements: Readonly<Record<string, Requirement>> = {
  // The channel extension.
  A1: {
    source: CARD_JSON,
    behavior:
      "One call sends a schema 2.0 card in streaming mode with a named element to a chat, a person, as a reply or into a topic.",
  },
  A2: {
    source: `${CARDKIT} (id_convert is no longer recommended)`,
    behavior:
      "A card is created first and sent by its id; turning a message id into a card id stays selectable, and a missing or placeholder id is a typed error without a call.",
  },
  A3: {
    source: CARDKIT,
    behavior:
      "Element text is streamed whole, with a uuid and a sequence that rises strictly from 1 over all operations of the card.",
  },
  A4: {
    source: CARDKIT,
    behavior: "Each text begins with the one before it, so Feishu types it out; a thousand updates of one reply work.",
  },
  A5: {
    source: DELIVERY,
    behavior:
      "Card, sequence, text and ledger belong to exactly one reply; replies at the same time or one after another never touch each other's cards.",
  },
  A6: {
    source: DELIVERY,
    behavior:
      "A reply goes on in a new card at 3,000 characters (a setting), any number of times, nothing lost or repeated at the seam.",
  },
  A7: {
    source: DELIVERY,
    behavior:
      "A failing way is replaced by the next one (ordinary card, then text), which shows exactly the text not yet visible.",
  },
  A8: {
    source: "docs/en/how-to/permissions.md",
    behavior:
      "When a permission such as cardkit:card:write is missing, people read which one and the page that grants it.",
  },
  A9: {
    source: OPENCLAW,
    behavior:
      "channels.feishu.streaming turns streaming on in its old and new shapes; the host's block streaming settings tune it.",
  },
  A10: {
    source: OPENCLAW,
    behavior:
      "Blocks and partial replies of the host both work; a repeated token is never swallowed and a snapshot never doubled.",
  },
  A11: {
    source: "https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/configuring-card-interactions",
    behavior:
      "Header, tables, quotes, images, button callbacks with parameters, topics kept, media as Feishu messages, and a documented config schema.",
  },

  // Streaming cards, and streams that end.
  B1: { source: CARDKIT, behavior: "A typed function creates a card entity." },
  B2: { source: CARDKIT, behavior: "A typed function sends a card entity by its card_id." },
  B3: { source: CARDKIT, behavior: "A typed function streams an element's content." },
  B4: {
    source: CARDKIT,
    behavior: "A typed function turns streaming mode on and off, its settings wrapped in `config`.",
  },
  B5: { source: CARDKIT, behavior: "A typed function updates the whole card." },
  B6: { source: CARDKIT, behavior: "The order is create, send, stream, close streaming, final full update." },
  B7: {
    source: DELIVERY,
    behavior: "The ways of delivery are tried in order: CardKit, an ordinary card that is patched, plain text.",
  },
  B8: {
    source: FREQUENCY,
    behavior: "The ordinary card is patched at most once a second and within the limits for patches.",
  },
  B9: { source: CARDKIT, behavior: "One write per card is in flight; no interleaving gives a sequence conflict." },
  B10: {
    source: DELIVERY,
    behavior: "Patches are serialised: an old one never lands after a newer one or after the final one.",
  },
  B11: {
    source: DELIVERY,
    behavior: "While tools run the card shows status and seconds, and nothing is written when nothing changed.",
  },
  B12: { source: CARD_JSON, behavior: "Thinking streams in a collapsible panel, in an element of its own." },
  B13: { source: PROVIDERS, behavior: "An Anthropic stream ends with its terminal event, not with the connection." },
  B14: {
    source: PROVIDERS,
    behavior: "An OpenAI-compatible stream ends with its terminal event, not with the connection.",
  },
  B15: { source: PROVIDERS, behavior: "A Gemini stream ends with its terminal event, not with the connection." },
  B16: {
    source: DELIVERY,
    behavior: "Cancelling the heartbeat, the turn or the process never skips the card's final update.",
  },
  B17: {
    source: PROVIDERS,
    behavior:
      "No proxy of the system is used by model streams, Feishu calls or the long connection; one that is configured is.",
  },
  B18: { source: PROVIDERS, behavior: "Every call has a timeout." },
  B19: { source: CLI, behavior: "Diagnostics of streaming are at debug level; warnings and errors stay." },
  B20: { source: PROVIDERS, behavior: "Closing a stream or a client takes at most five seconds." },
  B21: {
    source: "package.json",
    behavior: "Every package that is imported is declared by the package that imports it.",
  },
  B22: { source: PROVIDERS, behavior: "Proxies and transports are per client; nothing global is patched." },
  B23: { source: DELIVERY, behavior: "Tool calls are shown in an element of their own with name, state and seconds." },
  B24: {
    source: "docs/en/reference/config.md",
    behavior: "The cache of Feishu clients is bounded; the least recently used goes first.",
  },
  B25: {
    source: "docs/en/reference/errors.md",
    behavior: "An answer with HTTP 200 and a code other than 0 is a failure, everywhere.",
  },
  B26: { source: DELIVERY, behavior: "The final update cannot be overtaken by an intermediate one." },

  // The stream session, the gateway and the tools.
  C1: {
    source: LIBRARY,
    behavior: "A session has provider, instance, chat_id, message_id, started_at, last_flush_at and finalized.",
  },
  C2: { source: LIBRARY, behavior: "Starting a session sends a placeholder card and keeps its message id." },
  C3: { source: LIBRARY, behavior: "Text is appended to a session." },
  C4: { source: LIBRARY, behavior: "A flush updates the same message." },
  C5: { source: LIBRARY, behavior: "Finalizing shows the whole text and a mark of completion." },
  C6: { source: LIBRARY, behavior: "Failing shows the failure and keeps the text." },
  C7: {
    source: FREQUENCY,
    behavior: "Text is gathered and flushed every 300 to 1,000 ms (a setting) and always at the end, never per token.",
  },
  C8: { source: LIBRARY, behavior: "There is one session per output, aimed at a message id." },
  C9: {
    source: LIBRARY,
    behavior:
      "FeishuStreamingCard.start({ instance, chatId, title }), appendMarkdown, flush, finalize and fail are public.",
  },
  C10: { source: LIBRARY, behavior: "Any AsyncIterable<string> and any AI SDK stream can be streamed to a card." },
  C11: {
    source: "https://modelcontextprotocol.io/specification",
    behavior:
      "MCP tools list chats, send text, images and cards, update cards, and stream a card whose state the server holds.",
  },
  C12: {
    source: "docs/en/how-to/http-gateway.md",
    behavior:
      "Programs in other languages send, update and stream over HTTP with a token, bounded sessions and idle expiry.",
  },
  C13: {
    source: "docs/en/reference/config.md",
    behavior: "One process serves several Feishu apps, on the Feishu and Lark domains.",
  },

  // What no one else has.
  D1: {
    source: DELIVERY,
    behavior:
      "The visible offset is known all the time; at the end visible text equals the reply, and figures report it.",
  },
  D2: {
    source: DELIVERY,
    behavior:
      "Nothing is lost or shown twice and no card stays in streaming mode, whatever fails and in whatever order.",
  },
  D3: {
    source: FREQUENCY,
    behavior:
      "Budgets per card and app are kept, Feishu's reset header is obeyed, and replies share fairly: first paint and final first.",
  },
  D4: {
    source: CARDKIT,
    behavior:
      "Streaming mode is renewed before its ten minutes end; if closed anyway it is reopened or the reply goes on in a new card.",
  },
  D5: {
    source: "docs/en/explanation/seams.md",
    behavior:
      "A cut reopens fences, repeats table headers, goes on with list numbers, and splits no grapheme, link, image or inline code; bytes and tables stay within limits.",
  },
  D6: {
    source: DELIVERY,
    behavior: "Answer, status, reasoning and footer are separate elements; bytes sent grow in proportion to the text.",
  },
  D7: { source: CLI, behavior: "After a kill -9 the next start closes every card that was left open." },
  D8: {
    source: CLI,
    behavior: "Stop belongs to the turn and the person who asked; forged or replayed clicks do nothing.",
  },
  D9: {
    source: "docs/en/reference/errors.md",
    behavior: "The doctor checks every setting and maps each Feishu code to cause and fix.",
  },
  D10: {
    source: EMULATOR,
    behavior:
      "A local Feishu with a web page starts in one command, types cards out live and injects faults, for any bot in any language.",
  },
  D11: {
    source: "docs/en/how-to/openclaw.md",
    behavior: "The extension installs into the real OpenClaw gateway as any plugin, and works there.",
  },
  D12: {
    source: CARD_JSON,
    behavior: "Images in Markdown appear as they are ready and never break the card; bad mentions are neutralised.",
  },
  D13: {
    source: "docs/en/reference/config.md",
    behavior: "Several processes share dedupe, budgets and sessions, and take over after a crash.",
  },
  D14: {
    source: LIBRARY,
    behavior:
      "Each reply gives first glyph, lag, calls, bytes over text and rejected writes, under OpenTelemetry names.",
  },
  D15: { source: CLI, behavior: "The output of any program piped to `cardstream send` streams into a card." },
  D16: { source: "README.zh.md", behavior: "Whatever people read on a screen is there in Chinese and English." },
  D17: {
    source: "docs/en/reference/config.md",
    behavior: "A monthly budget of calls slows streaming down to the final text alone before it runs out.",
  },
  E1: {
    source: "docs/en/reference/emulator.md",
    behavior: "The promise of delivery holds in every way in which Feishu may turn out to work, under every fault.",
  },
  E2: {
    source: DELIVERY,
    behavior:
      "Text counts as delivered by a call that proves it in every world, or after it was read back; no message of a card entity is patched.",
  },
  E3: {
    source: DELIVERY,
    behavior: "A card that could not be closed is listed as owed, and is closed once CardKit answers.",
  },
  E4: {
    source: DELIVERY,
    behavior:
      "With CardKit down the first text shows within 1.5 s and no reader waits longer than 2.5 s; a blip of a second costs no card.",
  },
  E6: {
    source: "docs/en/reference/llm.md",
    behavior:
      "One reading of each provider's stream serves every reader; an ending that is not a good one is never shown as one.",
  },
  E7: {
    source: "docs/en/explanation/turns.md",
    behavior:
      "A model is told who speaks and what they point at; commands are heard in replies and behind mentions; a question may be taken back.",
  },
  E5: {
    source: "docs/en/reference/dialect.md",
    behavior:
      "Whatever Markdown is written reaches cards and messages in the form that Feishu shows, grows only at its end, and acts on nobody.",
  },
  E8: {
    source: "docs/en/reference/config.md",
    behavior:
      "The same settings admit the same people in both hosts; each setting that has no effect is named at the start.",
  },
  E9: {
    source: "docs/en/explanation/turns.md",
    behavior:
      "What a model says before a tool call stays readable, and a turn that its host never ends does not leave a card writing for ever.",
  },
  E10: {
    source: "docs/en/explanation/seams.md",
    behavior:
      "No text of a model or a person floods a chat, mentions anybody, shows a picture of its own or stalls the process.",
  },
  E11: {
    source: CLI,
    behavior:
      "An app works within a minute of deciding for one; what it lacks is named, granted and taken up without a restart.",
  },
  E12: {
    source: CLI,
    behavior:
      "What a bot and Feishu say to each other can be recorded without secrets, compared with the emulator, and probed on a tenant.",
  },
  E13: {
    source: "docs/en/explanation/scale.md",
    behavior:
      "Every way to run cardstream works in several processes, and each bar of the scale page is shown by a command.",
  },
  E14: {
    source: "ARCHITECTURE.md",
    behavior:
      "A map names every room and every journey and the file to change for ten questions; the order of the rooms is enforced, and the facts about Feishu that the code cites are in the repository.",
  },
};

/** Promises that no test proves yet, and why. A test fails as soon as one of these is cited. */
export const notYet: Readonly<Record<string, string>> = {};
