import { Agent, request as httpRequest } from "node:http";
import type { RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import { connect as tlsConnect } from "node:tls";

/** How long a proxy may take to open a tunnel. */
const TUNNEL_TIMEOUT_MS = 15_000;

type Callback = (error: Error | null, socket?: Duplex) => void;

/** Opens connections through a proxy's CONNECT tunnel, for the WebSocket that takes a Node agent and no fetch. */
export function createConnectAgent(proxy: string): Agent {
  const agent = new Agent({ keepAlive: false });
  // Node would refuse the agent for wss:// if it named one protocol; this one serves both.
  Object.assign(agent, {
    protocol: undefined,
    createConnection: (
      options: RequestOptions & { secureEndpoint?: boolean; servername?: string },
      callback: Callback,
    ): void => {
      openTunnel(proxy, options, callback);
    },
  });
  return agent;
}

function openTunnel(proxy: string, options: RequestOptions & { servername?: string }, callback: Callback): void {
  const url = new URL(proxy);
  const host = options.host ?? options.hostname ?? "";
  const port = Number(options.port ?? 443);
  const headers: Record<string, string> = { host: `${host}:${port}` };
  if (url.username !== "")
    headers["proxy-authorization"] =
      `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString("base64")}`;
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  const tunnel = request({
    host: url.hostname,
    port: url.port || (url.protocol === "https:" ? 443 : 80),
    method: "CONNECT",
    path: `${host}:${port}`,
    headers,
    agent: false,
    timeout: TUNNEL_TIMEOUT_MS,
  });
  tunnel.once("connect", (response, socket) => {
    if (response.statusCode !== 200) {
      socket.destroy();
      callback(new Error(`the proxy refused the tunnel (HTTP ${response.statusCode})`));
    } else if (isSecure(options)) {
      callback(null, tlsConnect({ socket, servername: options.servername || host }));
    } else {
      callback(null, socket);
    }
  });
  tunnel.once("timeout", () => tunnel.destroy(new Error("the proxy did not open the tunnel in time")));
  tunnel.once("error", (error) => callback(error));
  tunnel.end();
}

/** `ws` asks an `https:` request for wss:// URLs, whose default port tells them apart. */
function isSecure(options: RequestOptions): boolean {
  return options.protocol === "https:" || options.defaultPort === 443;
}
