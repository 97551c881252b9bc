import { describe, expect, it } from "vitest";
import { createRequestGuard, isLoopbackAddress, isLoopbackHost } from "../../src/http-guard/index.ts";

const loopback = createRequestGuard({ listening: "127.0.0.1" });
const network = createRequestGuard({ listening: "0.0.0.0", allowedHosts: ["Feishu.internal"] });
const status = (guard: typeof loopback, headers: Record<string, string>): number => guard({ headers })?.status ?? 200;

describe("[E10] a server on this machine", () => {
  it.each([
    "127.0.0.1:7332",
    "127.0.0.1",
    "localhost:7332",
    "LOCALHOST",
    "localhost.",
    "feishu.localhost",
    "[::1]:7332",
    "127.9.9.9:1",
  ])("is reached as %s", (host) => {
    expect(status(loopback, { host })).toBe(200);
  });

  it.each([
    "attacker.example",
    "attacker.example:7332",
    "localhost.attacker.example",
    "127.0.0.1.attacker.example",
    "127.0.0.1.nip.io:7332",
    "notlocalhost",
    "192.168.1.5:7332",
    "0.0.0.0:7332",
    "[::ffff:192.168.1.5]",
    "user@127.0.0.1",
    "127.0.0.1, attacker.example",
    "127.0.0.1/attacker",
    "localhost:7332:80",
    "",
  ])("is not reached as %j", (host) => {
    expect(status(loopback, { host })).toBe(421);
  });

  it("is not reached without a name at all", () => {
    expect(loopback({ headers: {} })?.status).toBe(421);
  });

  const host = "127.0.0.1:7332";

  it.each<[number, Record<string, string>]>([
    [200, { origin: "http://127.0.0.1:7332" }],
    [200, { origin: "https://127.0.0.1:7332" }],
    [200, { "sec-fetch-site": "same-origin" }],
    [200, { "sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }],
    [200, { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" }],
    [403, { origin: "http://127.0.0.1:8080" }],
    [403, { origin: "http://127.0.0.1" }],
    [403, { origin: "http://localhost:7332" }],
    [403, { origin: "https://attacker.example" }],
    [403, { origin: "null" }],
    [403, { origin: "" }],
    [403, { origin: "file://" }],
    [403, { origin: "chrome-extension://abc" }],
    [403, { origin: "http://127.0.0.1:7332@attacker.example" }],
    [403, { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }],
    [403, { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" }],
    [403, { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" }],
    [
      403,
      {
        origin: "https://attacker.example",
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
      },
    ],
    [403, { origin: "http://127.0.0.1:8080", "sec-fetch-site": "same-site", "sec-fetch-mode": "websocket" }],
  ])("answers %i to a page with %j", (expected, headers) => {
    expect(status(loopback, { host, ...headers })).toBe(expected);
  });

  it("that listens on the network is reached by address and by the names that it is given", () => {
    expect(status(network, { host: "192.168.1.5:7332" })).toBe(200);
    expect(status(network, { host: "feishu.internal:7332" })).toBe(200);
    expect(status(network, { host: "localhost:7332" })).toBe(200);
    expect(status(network, { host: "attacker.example" })).toBe(421);
    expect(status(network, { host: "192.168.1.5", origin: "http://attacker.example" })).toBe(403);
  });
});

describe("loopback", () => {
  it.each(["127.0.0.1", "127.1.2.3", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"])("is %s", (address) => {
    expect(isLoopbackAddress(address)).toBe(true);
  });

  it.each(["", "10.0.0.1", "::", "::2", "fe80::1", "::ffff:10.0.0.1", "localhost", "1270.0.0.1"])(
    "is not %j",
    (address) => {
      expect(isLoopbackAddress(address)).toBe(false);
    },
  );

  it("is told from a name that only looks like it", () => {
    expect(isLoopbackHost("localhost.attacker.example")).toBe(false);
    expect(isLoopbackHost("[::1]")).toBe(true);
  });
});
