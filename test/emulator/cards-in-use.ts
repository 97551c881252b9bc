/**
 * Cards of the shapes that public programs send to Feishu every day, with texts of our own: what production accepts the
 * emulator must accept.
 */
export interface CardInUse {
  readonly name: string;
  /** Shape seen in. */
  readonly source: string;
  readonly card: Record<string, unknown>;
  /** Code of CardKit create; 0 where it is left out. */
  readonly cardkit?: number;
}

const plain = (content: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  tag: "plain_text",
  content,
  ...more,
});
const md = (content: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  tag: "markdown",
  content,
  ...more,
});
const card = (
  config: Record<string, unknown> | undefined,
  elements: unknown[],
  more: Record<string, unknown> = {},
): Record<string, unknown> => ({
  schema: "2.0",
  ...(config === undefined ? {} : { config }),
  body: { elements },
  ...more,
});
const chevron = { tag: "standard_icon", token: "down-small-ccm_outlined", size: "16px 16px", color: "grey" };
const border = { color: "grey", corner_radius: "5px" };
/** A key that some other app uploaded. */
const FOREIGN = "img_v3_0000_00000000-0000-4000-8000-000000000000";
const panel = (title: unknown, elements: unknown[], more: Record<string, unknown> = {}): Record<string, unknown> => ({
  tag: "collapsible_panel",
  expanded: false,
  header: {
    title,
    vertical_align: "center",
    icon: chevron,
    icon_position: "right",
    icon_expanded_angle: -180,
  },
  border,
  vertical_spacing: "8px",
  padding: "8px 8px 8px 8px",
  elements,
  ...more,
});
const button = (label: string, more: Record<string, unknown>): Record<string, unknown> => ({
  tag: "button",
  text: plain(label),
  ...more,
});
const callback = (value: unknown): unknown[] => [{ type: "callback", value }];
const spinner = md(" ", { icon: { tag: "custom_icon", img_key: FOREIGN, size: "16px 16px" }, element_id: "spinner" });
const i18n = { zh_cn: "处理中", en_us: "Working" };

export const CARDS_IN_USE: readonly CardInUse[] = [
  {
    name: "a streaming card with a panel, languages and a spinner of another app",
    source: "larksuite/openclaw-lark",
    card: card(
      { streaming_mode: true, locales: ["zh_cn", "en_us"], summary: { content: "Working", i18n_content: i18n } },
      [
        panel(plain("Steps", { i18n_content: i18n, text_color: "grey", text_size: "notation" }), [], {
          vertical_spacing: "4px",
        }),
        md("", { text_align: "left", text_size: "normal_v2", margin: "0px 0px 0px 0px", element_id: "answer_text" }),
        spinner,
      ],
    ),
  },
  {
    name: "a finished card with wide_screen_mode and steps as divs",
    source: "larksuite/openclaw-lark",
    card: card({ wide_screen_mode: true, update_multi: true, summary: { content: "Done" } }, [
      panel(plain("Steps, 0.9 s", { text_color: "grey" }), [
        {
          tag: "div",
          icon: { tag: "standard_icon", token: "setting_outlined", color: "grey" },
          text: { tag: "lark_md", content: "**List** · <font color='green'>ok</font>", text_size: "notation" },
        },
        { tag: "div", margin: "0px 0px 0px 22px", text: plain("ls", { text_color: "grey", text_size: "notation" }) },
      ]),
      panel(md("Thought", { i18n_content: i18n }), [md("first this", { text_size: "notation" })]),
      md("# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
      md("<font color='grey'>Done</font>", { i18n_content: i18n, text_size: "notation" }),
    ]),
  },
  {
    name: "panel headers with a colour and a size of their own",
    source: "hermes-lark, hermes-fry-cards",
    card: card({ width_mode: "default", wide_screen_mode: true, streaming_mode: true }, [
      {
        ...panel(plain("Tools"), [md("x")]),
        header: { title: plain("Tools"), text_color: "grey", text_size: "notation", icon: chevron },
      },
    ]),
  },
  {
    name: "a lark_md title",
    source: "hermes-lark",
    card: card({ wide_screen_mode: true }, [md("#### Report")], {
      header: { title: { tag: "lark_md", content: ":Alarm: daily" }, template: "blue" },
    }),
  },
  {
    name: "element ids of more than 20 characters, a subtitle and custom sizes",
    source: "baileyh8/hermes-feishu-streaming-card",
    card: card(
      { update_multi: true, style: { text_size: { small: { default: "medium", pc: "small", mobile: "medium" } } } },
      [panel(plain("Timeline"), [md("…", { element_id: "timeline_loading_placeholder", text_size: "x-small" })])],
      { header: { template: "indigo", title: plain("Agent"), subtitle: plain("running") } },
    ),
    cardkit: 300301,
  },
  {
    name: "tags in text, div icons, two-value padding",
    source: "chenhg5/cc-connect",
    card: card(
      { wide_screen_mode: true },
      [
        panel(
          plain("Tools (1)"),
          [
            {
              tag: "div",
              text: { tag: "lark_md", content: "<text_tag color='blue'>Tool</text_tag> **List**\n```bash\nls\n```" },
              icon: { tag: "standard_icon", token: "setting_outlined" },
            },
          ],
          { padding: "4px 8px", background_color: "grey", border: { color: "grey" } },
        ),
        { tag: "hr" },
      ],
      { header: { title: plain("Running"), template: "blue" } },
    ),
  },
  {
    name: "an empty title",
    source: "chenhg5/cc-connect",
    card: card({ width_mode: "default" }, [md("x")], { header: { template: "green", title: plain("") } }),
  },
  {
    name: "wide_screen_mode beside streaming_mode",
    source: "HKUDS/nanobot",
    card: card({ wide_screen_mode: true, update_multi: true, streaming_mode: true }, [md("", { element_id: "md" })]),
  },
  {
    name: "narrow columns with icon buttons that have no label",
    source: "langbot-app/LangBot",
    card: card({ update_multi: true, streaming_mode: true }, [
      { tag: "div", text: plain("Bot", { text_align: "left" }), icon: { tag: "custom_icon", img_key: FOREIGN } },
      md("", { element_id: "streaming_txt" }),
      {
        tag: "column_set",
        horizontal_spacing: "12px",
        horizontal_align: "right",
        margin: "0px 0px 0px 0px",
        columns: [
          {
            tag: "column",
            width: "weighted",
            weight: 1,
            direction: "vertical",
            vertical_align: "top",
            elements: [md("note")],
          },
          {
            tag: "column",
            width: "20px",
            padding: "0px 0px 0px 0px",
            margin: "0px 0px 0px 0px",
            elements: [
              button("", {
                type: "text",
                width: "fill",
                size: "medium",
                icon: { tag: "standard_icon", token: "thumbsup_outlined" },
                hover_tips: plain("good"),
                margin: "0px 0px 0px 0px",
              }),
            ],
          },
        ],
      },
    ]),
  },
  {
    name: "a form with inputs, a select and buttons",
    source: "zarazhangrui/lark-coding-agent-bridge",
    card: card({ summary: { content: "Account" } }, [
      {
        tag: "form",
        name: "account",
        elements: [
          {
            tag: "input",
            name: "id",
            label: plain("Id"),
            placeholder: plain("…"),
            default_value: "x",
            required: true,
            input_type: "multiline_text",
            rows: 3,
            auto_resize: true,
            max_rows: 5,
          },
          {
            tag: "select_static",
            name: "where",
            initial_option: "a",
            options: [{ text: plain("A"), value: "a" }],
          },
          {
            tag: "column_set",
            flex_mode: "flow",
            horizontal_spacing: "small",
            columns: [
              {
                tag: "column",
                width: "auto",
                elements: [
                  button("Send", {
                    name: "send",
                    type: "primary",
                    form_action_type: "submit",
                    behaviors: callback({ cmd: "send" }),
                  }),
                ],
              },
            ],
          },
        ],
      },
    ]),
  },
  {
    name: "markdown titles and a stop button",
    source: "zarazhangrui/lark-coding-agent-bridge",
    card: card({ streaming_mode: true, summary: { content: "Writing" } }, [
      panel(md("🧠 **Thinking**"), [md("x", { text_size: "notation" })], {
        expanded: true,
        header: {
          title: md("🧠 **Thinking**"),
          icon: chevron,
          icon_position: "follow_text",
          icon_expanded_angle: -180,
        },
      }),
      button("Stop", { type: "danger", behaviors: callback({ cmd: "stop" }) }),
    ]),
  },
  {
    name: "two markdown elements, one of them empty",
    source: "fastagent",
    card: card({ streaming_mode: true, update_multi: true }, [
      md("⏳", { element_id: "process" }),
      md("", { element_id: "answer" }),
    ]),
  },
  {
    name: "the official SDK's streaming card",
    source: "@larksuite/channel",
    card: card(
      {
        streaming_mode: true,
        summary: { content: "Generating..." },
        streaming_config: { print_frequency_ms: { default: 70 }, print_step: { default: 1 }, print_strategy: "fast" },
      },
      [md("", { element_id: "content" })],
    ),
  },
  {
    name: "a body with a direction",
    source: "deepcoldy/botmux",
    card: {
      schema: "2.0",
      config: { update_multi: true },
      body: { direction: "vertical", elements: [md("T", { text_size: "heading_2_v2" }), { tag: "hr" }] },
    },
  },
  {
    name: "markdown inside a panel, with ids for both",
    source: "agentscope-ai/QwenPaw",
    card: card({ streaming_mode: true, update_multi: true, summary: { content: "" } }, [
      panel(md("**Thinking**"), [md("", { element_id: "thinking_md" })], { element_id: "thinking_panel" }),
      md("", { element_id: "answer_md" }),
    ]),
  },
  {
    name: "a card of schema 1.0 with buttons",
    source: "larksuite/openclaw-lark",
    card: {
      config: { wide_screen_mode: true, update_multi: true },
      header: { title: plain("Sure?"), template: "orange" },
      elements: [
        { tag: "div", text: { tag: "lark_md", content: "delete" } },
        { tag: "action", actions: [button("Yes", { type: "primary", value: { action: "yes" } })] },
      ],
    },
    cardkit: 200610,
  },
];

/** Forms that the documents show beside the ones above. @see web:plain-text, web:button, web:image, web:title, web:card-json-v2-structure */
export const DOCUMENTED_CARDS: readonly CardInUse[] = [
  {
    name: "a div with fields",
    source: "web:plain-text",
    card: card(undefined, [
      {
        tag: "div",
        text: plain("x", { lines: 1 }),
        fields: [{ is_short: false, text: { tag: "lark_md", content: "*y*" } }],
      },
    ]),
  },
  {
    name: "a button with value, empty tips and an icon with a stray img_key",
    source: "web:button",
    card: card(undefined, [
      button("ok", {
        type: "laser",
        value: { key: "value" },
        hover_tips: {},
        disabled_tips: {},
        icon: { tag: "standard_icon", token: "chat-forbidden_outlined", color: "orange", img_key: "img_v2_0" },
      }),
    ]),
  },
  {
    name: "a form that is submitted by action_type",
    source: "web:form-container",
    card: card(undefined, [
      {
        tag: "form",
        name: "f",
        direction: "horizontal",
        horizontal_spacing: "8px",
        padding: "4px 0px 4px 0px",
        elements: [
          {
            tag: "input",
            name: "i",
            label: plain("i"),
            label_position: "top",
            input_type: "password",
            show_icon: false,
            value: { k: "v" },
          },
          {
            tag: "multi_select_static",
            name: "m",
            selected_values: ["1"],
            options: [{ text: plain("1"), value: "1" }],
            type: "text",
          },
          { tag: "select_person", name: "p", options: [], required: true, width: "fill" },
          { tag: "date_picker", name: "d", initial_date: "2024-01-01", placeholder: plain("…") },
          {
            tag: "checker",
            name: "c",
            checked: false,
            text: plain("c"),
            overall_checkable: false,
            checked_style: { opacity: 1 },
          },
          button("ok", { name: "b", action_type: "form_submit", type: "primary" }),
          button("no", { name: "r", action_type: "form_reset" }),
        ],
      },
    ]),
  },
  {
    name: "languages of the header, an empty link",
    source: "web:card-json-v2-structure",
    card: card(undefined, [md("x")], { i18n_header: { zh_cn: { title: plain("标题") } }, card_link: {} }),
  },
  {
    name: "an interactive container with people and an overflow menu",
    source: "web:interactive-container",
    card: card(undefined, [
      {
        tag: "interactive_container",
        width: "fill",
        height: "auto",
        has_border: true,
        border_color: "grey",
        corner_radius: "8px",
        behaviors: callback({ key: "value" }),
        confirm: {},
        hover_tips: plain("demo"),
        elements: [
          { tag: "person", user_id: "ming", size: "small", show_name: true, style: "capsule" },
          {
            tag: "person_list",
            persons: [{ id: "ming" }],
            lines: 1,
            ud_icon: { token: "chat", style: { color: "red" } },
          },
          {
            tag: "overflow",
            width: "fill",
            options: [{ text: plain("a"), multi_url: { url: "https://a.example" }, value: "a" }],
          },
        ],
      },
    ]),
  },
];

/** What production refuses, and with which sub-code of 230099 on messages. */
export const REFUSED_CARDS: readonly (CardInUse & { readonly sub: number })[] = [
  {
    name: "an input with multiline",
    source: "public reports",
    card: card(undefined, [{ tag: "input", name: "i", multiline: true }]),
    cardkit: 200220,
    sub: 200621,
  },
  {
    name: "a form without a name",
    source: "public reports",
    card: card(undefined, [{ tag: "form", elements: [] }]),
    cardkit: 230099,
    sub: 11310,
  },
  {
    name: "two elements of one id",
    source: "docs:cardkit-v1/card/create",
    card: card(undefined, [md("a", { element_id: "x" }), md("b", { element_id: "x" })]),
    cardkit: 300301,
    sub: 300301,
  },
  {
    name: "a note, which version 2.0 dropped",
    source: "web:card-json-v2-release-notes",
    card: card(undefined, [{ tag: "note", elements: [] }]),
    cardkit: 230099,
    sub: 200861,
  },
  {
    name: "a property that nobody knows",
    source: "web:card-json-v2-release-notes",
    card: card({ surprise: true }, []),
    cardkit: 200220,
    sub: 200621,
  },
];
