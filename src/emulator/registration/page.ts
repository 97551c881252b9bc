import type { Asked } from "./addons.ts";
import type { Registration } from "./registrations.ts";

/** What the page shows. */
export interface PageFacts {
  readonly registration: Registration | undefined;
  readonly state: Registration["state"] | "unknown";
  /** As the link carries them, to be sent back. */
  readonly addons: string;
  readonly asked: Asked | undefined;
  /** What a confirmation would grant now. */
  readonly granted: Asked;
  readonly honoured: boolean;
  readonly name: string;
  readonly description: string;
  /** The app to change, and what it has already. */
  readonly app: { readonly appId: string; readonly name: string; readonly has: ReadonlySet<string> } | undefined;
  readonly missingApp: string | undefined;
  readonly result: { readonly appId: string } | undefined;
}

const escape = (text: string): string =>
  text.replace(
    /[&<>"']/gu,
    (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[char] ?? char,
  );

const STATES: Readonly<Record<PageFacts["state"], string>> = {
  pending: "等待确认 · waiting for you",
  confirmed: "已确认，可以回到终端 · confirmed, go back to the terminal",
  denied: "已拒绝 · refused",
  expired: "已过期 · expired",
  unknown: "没有这个代码 · there is no such code",
};

/** The page behind the code: what would be granted, and the buttons of a person who confirms, refuses or does nothing. */
export function registrationPage(facts: PageFacts): string {
  const { state, registration } = facts;
  return `<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>扫码创建应用 · Create an app</title>
<link rel="stylesheet" href="/page/styles/register.css">
</head>
<body>
<main>
<h1>${facts.app === undefined ? "创建应用 · Create an app" : "更新应用 · Change an app"}</h1>
<p class="state" role="status" data-state="${state}">${STATES[state]}</p>
${facts.result === undefined ? "" : `<p>App ID <code>${escape(facts.result.appId)}</code></p>`}
${registration === undefined || state !== "pending" ? "" : form(facts, registration)}
<p class="note">本地飞书模拟器的页面，不会影响真实的飞书。 This page belongs to the local Feishu and touches nothing real.</p>
</main>
</body>
</html>
`;
}

function form(facts: PageFacts, { userCode }: Registration): string {
  const { app, asked, granted } = facts;
  if (facts.missingApp !== undefined) {
    return `<p class="warning">没有应用 <code>${escape(facts.missingApp)}</code> · there is no such app</p>`;
  }
  const dropped = asked === undefined ? [] : all(asked).filter((name) => !all(granted).includes(name));
  const fields = { user_code: userCode, addons: facts.addons, app_id: app?.appId ?? "" };
  const hidden = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`,
  );
  const title =
    app === undefined
      ? `<label>名称 · name <input name="name" value="${escape(facts.name)}" maxlength="64"></label>
<p>${escape(facts.description)}</p>`
      : `<p><strong>${escape(app.name)}</strong> <code>${escape(app.appId)}</code></p>`;
  return `<p>代码 · code <strong>${escape(userCode)}</strong></p>
<form method="post" action="/register">
${hidden.join("\n")}
${title}
${list("权限 · scopes", granted.scopes, app?.has)}
${list("事件 · events", granted.events, app?.has)}
${list("回调 · callbacks", granted.callbacks, app?.has)}
${asked === undefined ? '<p class="warning">addons 无法解读，将被忽略 · the addons cannot be read and are ignored</p>' : ""}
${facts.honoured ? "" : '<p class="warning">灰度开关未开启：addons 将被忽略 · the gray-scale switch is off: addons are ignored</p>'}
${dropped.length === 0 ? "" : `<p class="warning">将被忽略 · dropped: ${dropped.map((name) => `<code>${escape(name)}</code>`).join(" ")}</p>`}
<label>租户品牌 · brand <select name="brand"><option value="feishu">飞书 Feishu</option><option value="lark">Lark</option></select></label>
<div class="buttons">
<button name="action" value="confirm">确认 · confirm</button>
<button name="action" value="deny">拒绝 · refuse</button>
<button name="action" value="expire">让它过期 · let it expire</button>
<button name="action" value="${facts.honoured ? "addons-off" : "addons-on"}">${facts.honoured ? "关闭灰度开关 · switch addons off" : "开启灰度开关 · switch addons on"}</button>
</div>
</form>`;
}

const all = ({ scopes, events, callbacks }: Asked): string[] => [...scopes, ...events, ...callbacks];

function list(title: string, names: readonly string[], has: ReadonlySet<string> = new Set()): string {
  if (names.length === 0) return "";
  const items = names.map(
    (name) => `<li${has.has(name) ? ' class="had"' : ""}><code>${escape(name)}</code>${has.has(name) ? " ✓" : ""}</li>`,
  );
  return `<h2>${title}</h2>\n<ul>\n${items.join("\n")}\n</ul>`;
}
