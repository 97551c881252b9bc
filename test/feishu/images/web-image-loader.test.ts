import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { createWebImageLoader, ImageError } from "../../../extensions/feishu/images/index.ts";
import type { WebImageLoaderOptions } from "../../../extensions/feishu/images/index.ts";
import { isPublicAddress } from "../../../extensions/feishu/images/public-address.ts";
import { pictureOf } from "../../support/samples/image-bank.ts";

const isLoopback = (address: string): boolean => address === "127.0.0.1";
const MAX_BYTES = 1_000;

const resolvesTo =
  (...addresses: string[]): WebImageLoaderOptions["lookup"] =>
  (_hostname, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    );

interface Site {
  readonly origin: string;
  readonly port: number;
  readonly seen: string[];
  load(url: string, signal?: AbortSignal): Promise<{ data: Uint8Array; contentType?: string | undefined }>;
}

/** A web server on loopback, and a loader that may reach what `options` allow. */
async function withSite(
  answer: RequestListener,
  work: (site: Site) => Promise<void>,
  options: WebImageLoaderOptions = { isAllowedAddress: isLoopback },
): Promise<void> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? "");
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const loader = createWebImageLoader(options);
  try {
    // The server listens on a port, not on a path.
    const { port } = server.address() as AddressInfo;
    const load: Site["load"] = (url, signal = AbortSignal.timeout(5_000)) =>
      loader.load(url, { signal, maxBytes: MAX_BYTES });
    await work({ origin: `http://127.0.0.1:${port}`, port, seen, load });
  } finally {
    await loader.close();
    server.closeAllConnections();
    server.close();
  }
}

/** Why a load was refused; undici wraps what went wrong while it was connecting. */
function reasonOf(load: Promise<unknown>): Promise<string> {
  return load.then(
    () => "loaded",
    (error: unknown) => {
      const cause = error instanceof TypeError ? error.cause : error;
      return cause instanceof ImageError ? cause.message : String(cause);
    },
  );
}

const sendPicture: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-type": "image/png" }).end(pictureOf("x"));
};

describe("createWebImageLoader", () => {
  it("[D12] fetches an image, over a few redirects too", async () => {
    await withSite(
      (request, response) => {
        const hop = Number(/hop=(\d+)/u.exec(request.url ?? "")?.[1] ?? 0);
        if (hop === 0) sendPicture(request, response);
        else response.writeHead(302, { location: `/picture?hop=${hop - 1}` }).end("moved");
      },
      async ({ origin, load }) => {
        expect(await load(`${origin}/picture`)).toEqual({ data: pictureOf("x"), contentType: "image/png" });
        expect(await load(`${origin}/picture?hop=3`)).toMatchObject({ data: pictureOf("x") });
        await expect(load(`${origin}/picture?hop=4`)).rejects.toThrow("too many redirects");
      },
    );
  });

  it("[D12] reaches nothing that is not public: neither by address, nor by name, nor by a redirect", async () => {
    const lookup = resolvesTo("127.0.0.1");
    const options = { isAllowedAddress: isPublicAddress, lookup };
    await withSite(
      sendPicture,
      async ({ port, seen, load }) => {
        for (const host of ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "localhost"]) {
          expect(await reasonOf(load(`http://${host}:${port}/`)), host).toBe("the address is not public");
        }
        for (const url of ["file:///etc/passwd", "ftp://a.example/x.png", "data:image/png;base64,AAAA"]) {
          await expect(load(url)).rejects.toThrow(ImageError);
        }
        expect(seen).toEqual([]);
      },
      options,
    );
    // The first hop is allowed, what it leads to is not.
    for (const target of [
      "http://10.0.0.1/",
      "http://169.254.169.254/latest/meta-data",
      "http://localhost/",
      "file:///etc/passwd",
    ]) {
      await withSite(
        (_request, response) => response.writeHead(302, { location: target }).end(),
        async ({ origin, seen, load }) => {
          expect(await reasonOf(load(`${origin}/`)), target).toMatch(
            /^the address is not public$|^neither http nor https$/u,
          );
          expect(seen).toEqual(["/"]);
        },
        { isAllowedAddress: isLoopback, lookup: resolvesTo("192.168.0.1") },
      );
    }
  });

  it("[D12] connects to the allowed ones of a name's addresses only", async () => {
    await withSite(
      sendPicture,
      async ({ port, load }) => {
        expect(await load(`http://localhost:${port}/`)).toMatchObject({ data: pictureOf("x") });
      },
      { isAllowedAddress: isLoopback, lookup: resolvesTo("10.1.2.3", "127.0.0.1") },
    );
  });

  it("[D12] takes no more bytes than asked for, whether they are announced or not", async () => {
    await withSite(
      (request, response) => {
        const body = Buffer.alloc(MAX_BYTES + 1);
        if (request.url === "/announced") response.writeHead(200, { "content-length": body.length });
        response.write(body);
        response.end();
      },
      async ({ origin, load }) => {
        await expect(load(`${origin}/announced`)).rejects.toThrow(`more than ${MAX_BYTES} bytes`);
        await expect(load(`${origin}/chunked`)).rejects.toThrow(`more than ${MAX_BYTES} bytes`);
      },
    );
  });

  it("[D12] ends with the signal, and says no to an error page", async () => {
    await withSite(
      (request, response) => {
        if (request.url === "/missing") response.writeHead(404).end("not here");
      },
      async ({ origin, load }) => {
        await expect(load(`${origin}/missing`)).rejects.toThrow("answered with status 404");
        const reason = new Error("enough");
        const abort = new AbortController();
        const loading = load(`${origin}/silent`, abort.signal);
        abort.abort(reason);
        await expect(loading).rejects.toBe(reason);
      },
    );
  });

  it("[D12] sends no credentials, and never goes by a proxy of the environment", async () => {
    process.env["HTTP_PROXY"] = "http://127.0.0.1:9";
    try {
      await withSite(sendPicture, async ({ origin, load }) => {
        expect(await load(`${origin}/`)).toMatchObject({ data: pictureOf("x") });
        await expect(load(origin.replace("//", "//user:secret@"))).rejects.toThrow(TypeError);
      });
    } finally {
      delete process.env["HTTP_PROXY"];
    }
  });
});

describe("isPublicAddress", () => {
  it.each(["8.8.8.8", "168.63.129.17", "2606:4700:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"])(
    "[D12] lets %s through",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    "127.0.0.1",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "240.0.0.1",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001::1",
    "2001:db8::1",
    "not an address",
    "168.63.129.16",
    "::ffff:168.63.129.16",
    "192.88.99.1",
    "192.0.0.192",
    "100.100.100.200",
    "::7f00:1",
    "::8.8.8.8",
    "::ffff:0:7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001:20::1",
    "3fff::1",
    "5f00::1",
    "fec0::1",
    "fd00:ec2::254",
    "4000::1",
    "fe80::1%eth0",
  ])("[D12] stops %s", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
