import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { openImageSource } from "../../../extensions/feishu/images/index.ts";
import { createHostFilter, readHostPattern } from "../../../extensions/feishu/images/image-hosts.ts";
import { pictureOf } from "../../support/samples/image-bank.ts";

const HOSTS = ["Pictures.example", "*.cdn.example", "other.example:8443", "例え.jp", "[2001:db8::1]", "203.0.113.7"];

describe("[E10] hosts of pictures", () => {
  const allows = createHostFilter(HOSTS);

  it.each([
    "https://pictures.example/a.png?w=1",
    "http://PICTURES.EXAMPLE/a.png",
    "https://pictures.example.:443/a.png",
    "https://a.cdn.example/x",
    "https://a.b.cdn.example/x",
    "https://other.example:8443/x",
    "https://xn--r8jz45g.jp/x",
    "https://例え.jp/x",
    "http://203.0.113.7/x",
    "http://0xcb.0.113.7/x",
    "http://[2001:DB8:0::1]/x",
  ])("let %s be fetched", (url) => {
    expect(allows(new URL(url))).toBe(true);
  });

  it.each([
    "https://attacker.example/?q=secret",
    "https://pictures.example:8080/x",
    "http://pictures.example:443/x",
    "https://sub.pictures.example/x",
    "https://pictures.example.attacker.example/x",
    "https://notpictures.example/x",
    "https://attacker.example/pictures.example",
    "https://pictures.example@attacker.example/x",
    "https://attacker.example#pictures.example",
    "https://attacker.example\\@pictures.example/x",
    "https://cdn.example/x",
    "https://evilcdn.example/x",
    "https://other.example/x",
    "https://xn--pictures-example/x",
    "https://рictures.example/x",
    "http://203.0.113.70/x",
    "http://[::ffff:203.0.113.7]/x",
  ])("do not let %s be fetched", (url) => {
    expect(allows(new URL(url))).toBe(false);
  });

  it.each([
    "",
    "*",
    "*.*",
    "*.",
    "https://pictures.example",
    "pictures.example/a",
    "user@pictures.example",
    "a b",
    "a.*.example",
    "x:port",
    "x:99999",
    "a%2eb",
  ])("are refused when they are written as %j", (entry) => {
    expect(readHostPattern(entry)).toBeUndefined();
    expect(() => createHostFilter([entry])).toThrow(/images\.hosts.*is no host/u);
  });

  it("are none unless they are named", () => {
    expect(openImageSource()).toBeUndefined();
    expect(openImageSource("link")).toBeUndefined();
    expect(() => createHostFilter([])).not.toThrow();
    expect(createHostFilter([])(new URL("https://pictures.example/"))).toBe(false);
  });

  it("are asked for at each hop of a redirect, so that none leads elsewhere", async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.host ?? "");
      if (request.url === "/away") response.writeHead(302, { location: `http://127.0.0.1:${port}/?q=secret` }).end();
      else response.writeHead(200, { "content-type": "image/png" }).end(pictureOf("x"));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    // The server listens on a port, not on a path.
    const { port } = server.address() as AddressInfo;
    const loader = openImageSource(
      { hosts: [`localhost:${port}`] },
      { isAllowedAddress: () => true, lookup: (_name, done) => done(null, [{ address: "127.0.0.1", family: 4 }]) },
    );
    const load = (url: string): Promise<unknown> | undefined =>
      loader?.load(url, { signal: AbortSignal.timeout(5_000), maxBytes: 1_000 });
    try {
      expect(await load(`http://localhost:${port}/`)).toMatchObject({ data: pictureOf("x") });
      await expect(load(`http://localhost:${port}/away`)).rejects.toThrow("does not name this host");
      await expect(load(`http://127.0.0.1:${port}/`)).rejects.toThrow("does not name this host");
      expect(seen).toEqual([`localhost:${port}`, `localhost:${port}`]);
    } finally {
      await loader?.close();
      server.closeAllConnections();
      server.close();
    }
  });
});
