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
import type { Fetch } from "./api/fetch.ts";
import { createRequestGuard } from "../http-guard/index.ts";
import type { Refused } from "../http-guard/index.ts";
import type { Emulator } from "./handle.ts";
import { serveApi } from "./api/http.ts";
import { readPageAsset } from "./page/index.ts";
import { keepState } from "./state/file.ts";
import { createCertificate } from "./api/tls.ts";
import { createUpgrade } from "./api/upgrade.ts";
import { worldOf } from "./world/index.ts";

export interface StartOptions extends EmulatorOptions {
  /** 0 takes any free port. @defaultValue 0 */
  readonly port?: number | undefined;
  /** Address to listen on. Others than the loopback let everybody on the network in. @defaultValue "127.0.0.1" */
  readonly host?: string | undefined;
  /** Names by which it is reached as well, for example of its container. @defaultValue none but `localhost` and addresses */
  readonly allowedHosts?: readonly string[] | undefined;
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

/** Whether whoever asks under another name proves by the admin token that the operator means it. */
function isMeant({ url, headers }: IncomingMessage, adminToken: string): boolean {
  const asked = URL.parse(url ?? "/", "http://emulator");
  const kept = ["authorization", "cookie"].flatMap((name): [string, string][] => {
    const value = headers[name];
    return typeof value === "string" ? [[name, value]] : [];
  });
  return asked !== null && isAdmin(new Request(asked, { headers: kept }), adminToken);
}

function refuse(response: ServerResponse, { status, message }: Refused): void {
  const body = JSON.stringify({ error: message });
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", connection: "close" }).end(body);
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
  const randomText = (length: number): string => randomBytes(length).toString("base64url").slice(0, length);
  const { emulator, core, gateway, admin, onClose } = createParts(options, () => apiUrl, {
    fetch: webhookFetch,
    adminToken,
    // Who names a seed wants every run alike, as tests do.
    randomText: options.seed === undefined ? randomText : undefined,
  });
  if (options.stateFile !== undefined) {
    onClose.push(await keepState(core, options.stateFile));
    // The world of the file goes on, except for what is asked for now.
    Object.assign(core.world, worldOf(options.world, core.world));
  }
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
    headers["set-cookie"] = adminCookie(emulator.adminToken, new URL(emulator.apiUrl).port);
    return c.body(asset.body, 200, headers);
  });
  admin.use("/register", async (c, next) => {
    await next();
    c.res.headers.set("set-cookie", adminCookie(emulator.adminToken, new URL(emulator.apiUrl).port));
  });
  const guard = createRequestGuard({ listening: host, allowedHosts: options.allowedHosts });
  const listener = getRequestListener(admin.fetch);
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const refused = guard(request);
    if (
      refused !== undefined &&
      (isApiPath(path) || refused.status !== 421 || !isMeant(request, emulator.adminToken))
    ) {
      refuse(response, refused);
      return;
    }
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
  const upgrade = createUpgrade(core, guard);
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
