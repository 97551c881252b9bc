import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connect } from "node:tls";
import { describe, expect, it } from "vitest";
import { createEmulator, startEmulator } from "../../src/emulator/index.ts";
import { removeFolder } from "../support/remove-folder.ts";

/** The emulator's certificate, which clients have to be told to trust. */
function certificateOf(url: URL): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port), rejectUnauthorized: false }, () => {
      const { raw } = socket.getPeerCertificate();
      socket.end();
      resolve(
        `-----BEGIN CERTIFICATE-----\n${raw.toString("base64").replace(/(.{64})/gu, "$1\n")}\n-----END CERTIFICATE-----\n`,
      );
    });
    socket.once("error", reject);
  });
}

describe("registering an app at the emulator", () => {
  it.each(["feishu", "lark"])(
    "[E11] is what the official SDK expects, over TLS, for a tenant of %s",
    { timeout: 90_000 },
    async (brand) => {
      const emulator = await startEmulator({ tls: true });
      const folder = mkdtempSync(join(tmpdir(), "cardstream-registration-"));
      const url = new URL(emulator.apiUrl);
      const ca = join(folder, "ca.pem");
      writeFileSync(ca, await certificateOf(url));
      const child = spawn(
        process.execPath,
        [join(import.meta.dirname, "../support/process/register-child.ts"), url.host],
        {
          env: { PATH: process.env["PATH"], NODE_EXTRA_CA_CERTS: ca },
          stdio: ["ignore", "pipe", "inherit"],
        },
      );
      try {
        const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
        const read = async (): Promise<Record<string, unknown>> =>
          JSON.parse((await lines.next()).value ?? "null") as Record<string, unknown>;
        const link = new URL(String((await read())["url"]));
        expect(link.searchParams.get("user_code")).toMatch(/^[\dA-Z]{4}-[\dA-Z]{4}$/u);
        // The page that a person would see, and its button.
        const page = await emulator.fetch(link.href, { headers: {} });
        const html = await page.text();
        expect(html).toContain("made by the SDK");
        expect(html).toContain("cardkit:card:write");
        expect(html).toMatch(/dropped: <code>no:such:scope/u);
        const form = new URLSearchParams({
          action: "confirm",
          brand,
          user_code: link.searchParams.get("user_code")!,
          addons: link.searchParams.get("addons")!,
          name: "made by the SDK",
        });
        const pressed = await emulator.fetch(`${emulator.apiUrl}/register`, {
          method: "POST",
          headers: { authorization: `Bearer ${emulator.adminToken}` },
          body: form.toString(),
        });
        expect(await pressed.text()).toContain('data-state="confirmed"');
        const { result } = (await read()) as { result?: { client_id: string; client_secret: string } };
        const app = emulator.store.apps.get(result!.client_id)!;
        expect(result).toMatchObject({ client_secret: app.appSecret, user_info: { tenant_brand: brand } });
        expect(app.name).toBe("made by the SDK");
        expect(app.scopes.has("cardkit:card:write")).toBe(true);
        expect(app.scopes.has("no:such:scope")).toBe(false);
      } finally {
        child.kill();
        await emulator.close();
        removeFolder(folder);
      }
    },
  );

  it("[E11] needs the page's cookie, shows nothing as markup, and knows no script", async () => {
    const emulator = createEmulator();
    const at = (path: string, init: object = {}): Promise<Response> =>
      emulator.fetch(`${emulator.apiUrl}${path}`, { headers: {}, ...init });
    const post = (path: string, body: string): Promise<Response> => at(path, { method: "POST", body });
    const { user_code } = (await (await post("/oauth/v1/app/registration", "action=begin")).json()) as {
      user_code: string;
    };
    expect((await post("/register", `action=confirm&user_code=${user_code}`)).status).toBe(401);
    const page = await at(`/register?user_code=${user_code}&name=${encodeURIComponent("<script>alert(1)</script>")}`);
    const html = await page.text();
    expect(html).not.toContain("<script>");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await (await at("/register?user_code=NONE")).text()).toContain('data-state="unknown"');
    const refused = await post("/oauth/v1/app/registration", "action=poll&device_code=none");
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: "invalid_grant" }]);
  });

  it("[E11] an app hears only what it subscribes to", async () => {
    const emulator = createEmulator();
    const app = emulator.store.apps.get(emulator.app.appId)!;
    const heard: string[] = [];
    emulator.onEvent(app.appId, (body) => void heard.push(JSON.stringify(body)));
    app.subscriptions = { events: [], callbacks: [] };
    emulator.sendAsUser({ text: "nobody hears this" });
    app.subscriptions = { events: ["im.message.receive_v1"], callbacks: [] };
    emulator.sendAsUser({ text: "somebody hears this" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toHaveLength(1);
    expect(heard[0]).toContain("somebody hears this");
  });
});
