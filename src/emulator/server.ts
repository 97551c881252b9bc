import { randomBytes } from "node:crypto";
import { createServer as createHttpServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { fetch as undiciFetch } from "undici";
import { adminCookie, isAdmin } from "./admin/index.ts";
import { createParts, isApiPath } from "./create.ts";
import type { EmulatorOptions, Parts } from "./create.ts";
import type { Fetch } from "./fetch.ts";
import type { Emulator } from "./handle.ts";
import { serveApi } from "./http.ts";
import { readPageAsset } from "./page/index.ts";
import { keepState } from "./state-file.ts";
import { createCertificate } from "./tls.ts";
import { createUpgrade } from "./upgrade.ts";

export interface StartOptions extends EmulatorOptions {
  /** 0 takes any free port. @defaultValue 0 */
  readonly port?: number | undefined;
  /** Address to listen on. Others than the loopback let everybody on the network in. @defaultValue "127.0.0.1" */
  readonly host?: string | undefined;
  /** Serve HTTPS with a certificate made at start. @defaultValue false */
  readonly tls?: boolean | undefined;
  /** Keep chats, messages and cards in this file over restarts. */
  readonly stateFile?: string | undefined;
  /** Reaches webhooks. @defaultValue undici's */
  readonly fetch?: Fetch | undefined;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Hosts for which the page hands out the admin cookie; a name that a stranger made point here (DNS rebinding) is none. */
function isOwnHost(header: string | undefined, listening: string): boolean {
  const name = (header ?? "").replace(/:\d+$/u, "").replace(/^\[|\]$/gu, "");
  return ["localhost", "127.0.0.1", "::1", listening].includes(name);
}

/**
 * A local Feishu over HTTP and WebSocket, with its web page.
 * @throws what listening throws, such as EADDRINUSE; and StateFileError
 */
export async function startEmulator(options: StartOptions = {}): Promise<Emulator> {
  let apiUrl = "";
  // undici's fetch is the standard one with its own Response class; the parts that are used here agree.
  const webhookFetch = options.fetch ?? (undiciFetch as unknown as Fetch);
  // Not by seed: a website that the machine's owner visits could know it.
  const adminToken = randomBytes(24).toString("base64url");
  const { emulator, core, gateway, admin, onClose } = createParts(options, () => apiUrl, {
    fetch: webhookFetch,
    adminToken,
  });
  if (options.stateFile !== undefined) onClose.push(await keepState(core, options.stateFile));
  try {
    return await serve(options, { emulator, core, gateway, admin, onClose }, (url) => (apiUrl = url));
  } catch (error) {
    // Nothing listens, but the state file is still held.
    await emulator.close();
    throw error;
  }
}

/** Opens the port; `tell` hears the address. */
async function serve(
  options: StartOptions,
  { emulator, core, gateway, admin, onClose }: Parts,
  tell: (apiUrl: string) => void,
): Promise<Emulator> {
  const host = options.host ?? "127.0.0.1";
  const scheme = options.tls === true ? "https" : "http";

  admin.use("*", async (c, next) => {
    const asset = await readPageAsset(c.req.path);
    if (asset === undefined) {
      await next();
      return undefined;
    }
    const headers: Record<string, string> = { ...asset.headers, "content-type": asset.contentType };
    // A page that is opened under another name gets the cookie by the token in its address.
    if (isOwnHost(c.req.header("host"), host) || isAdmin(c.req.raw, emulator.adminToken))
      headers["set-cookie"] = adminCookie(emulator.adminToken, new URL(emulator.apiUrl).port);
    return c.body(asset.body, 200, headers);
  });
  const listener = getRequestListener(admin.fetch);
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    // A caller that goes away in the middle is no failure of the emulator.
    const origin = `${scheme}://${request.headers.host ?? new URL(emulator.apiUrl).host}`;
    const done = isApiPath(path) ? serveApi(gateway, request, response, origin) : listener(request, response);
    Promise.resolve(done).catch((error: unknown) => {
      core.logger.debug("a request broke off", { error: String(error) });
      response.destroy();
    });
  };
  const server =
    options.tls === true ? createHttpsServer(await createCertificate(host), onRequest) : createHttpServer(onRequest);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const upgrade = createUpgrade(core);
  server.on("upgrade", upgrade.handle);
  await listen(server, options.port ?? 0, host);
  // A listening TCP server has an address with a port.
  const { port } = server.address() as AddressInfo;
  tell(`${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`);

  // Before the state is written for the last time: nothing comes in any more.
  onClose.unshift(async () => {
    upgrade.close();
    const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
    server.closeAllConnections();
    // Upgraded connections are no longer among those.
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return emulator;
}
