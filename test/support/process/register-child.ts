/** Registers an app with the official SDK, over TLS: prints the link, then the result, as lines of JSON. */
import { registerApp } from "@larksuiteoapi/node-sdk";

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

try {
  const result = await registerApp({
    domain: process.argv[2] ?? "",
    larkDomain: process.argv[2] ?? "",
    source: "test",
    appPreset: { name: "made by the SDK" },
    addons: {
      scopes: { tenant: ["cardkit:card:write", "no:such:scope"] },
      events: { items: { tenant: ["im.message.receive_v1"] } },
      callbacks: { items: ["card.action.trigger"] },
    },
    onQRCodeReady: ({ url, expireIn }) => say({ url, expireIn }),
  });
  say({ result });
} catch (error) {
  say({ error });
}
