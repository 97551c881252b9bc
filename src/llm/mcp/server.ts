import type { Client, Transport } from "@modelcontextprotocol/client";
import { errorName } from "../../log/index.ts";
import type { Logger } from "../../log/index.ts";
import { withDeadline } from "../../time/index.ts";
import type { Clock } from "../../time/index.ts";
import { openTransport } from "../guard/undici-transport.ts";
import type { Transport as HttpTransport } from "../guard/undici-transport.ts";
import type { McpServerConfig } from "./config.ts";
import { readToolResult } from "./result.ts";

/** How long connecting may take unless the server's config says otherwise, in milliseconds. */
const CONNECT_MS = 15_000;
/** Longest time `close` takes. */
const CLOSE_MS = 4500;
/** The SDK's own timeout of a request; ours (the signal) comes first, this one only must not come before it. */
const SDK_TIMEOUT_MS = 24 * 3_600_000;

/** What an {@link McpServer} works with. */
export interface McpServerOptions {
  readonly name: string;
  readonly config: McpServerConfig;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One tool as its server describes it. */
export interface McpToolInfo {
  readonly name: string;
  readonly title: string | undefined;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

interface Connection {
  readonly client: Client;
  readonly transport: Transport & { readonly pid?: number | null };
  readonly http: HttpTransport | undefined;
}

/** One MCP server: connected when first needed, and again when it is needed after its connection was lost. */
export class McpServer {
  readonly name: string;
  readonly #options: McpServerOptions;
  #connection: Promise<Connection> | undefined;
  /** The end of a connection that never came about. */
  #ending: Promise<void> | undefined;
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;

  constructor(options: McpServerOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** The tools that the config allows. @throws when the server cannot be reached in time. */
  async listTools(signal: AbortSignal): Promise<McpToolInfo[]> {
    const { clock, config } = this.#options;
    const { tools } = await withDeadline(
      clock,
      config.connectTimeoutMs ?? CONNECT_MS,
      `listing the tools of MCP server ${this.name}`,
      async (signal) => {
        const { client } = await this.#connect();
        return client.listTools(undefined, { signal, timeout: SDK_TIMEOUT_MS });
      },
      signal,
    );
    return tools
      .filter((tool) => config.tools === undefined || config.tools.includes(tool.name))
      .map((tool) => ({
        name: tool.name,
        title: tool.title,
        description: tool.description ?? "",
        inputSchema: tool.inputSchema,
      }));
  }

  /** Runs a tool. @throws when the server cannot be reached, the call is aborted, or the tool says that it failed. */
  async callTool(name: string, input: unknown, signal: AbortSignal): Promise<unknown> {
    const { client } = await this.#connect();
    signal.throwIfAborted();
    // Models write objects as input; the schema that they were given asks for one.
    const args = (input ?? {}) as Record<string, unknown>;
    return readToolResult(await client.callTool({ name, arguments: args }, { signal, timeout: SDK_TIMEOUT_MS }));
  }

  /** Ends the connection, and the program if we started one, within 5 s. Idempotent. */
  close(): Promise<void> {
    this.#closing.abort(new Error(`MCP server ${this.name} was closed`));
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #connect(): Promise<Connection> {
    if (this.#closing.signal.aborted) return Promise.reject(this.#closing.signal.reason);
    if (this.#connection !== undefined) return this.#connection;
    const connection = this.#open();
    this.#connection = connection;
    const forget = (): void => {
      if (this.#connection === connection) this.#connection = undefined;
    };
    connection.then(({ client }) => {
      // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's client is no EventTarget
      client.onclose = () => {
        this.#options.logger.debug("mcp: connection ended", { server: this.name });
        forget();
      };
      return undefined;
    }, forget);
    return connection;
  }

  async #open(): Promise<Connection> {
    const { clock, config } = this.#options;
    const { Client } = await import("@modelcontextprotocol/client");
    const { transport, http } = await this.#transport();
    const isHttp = http !== undefined;
    const client = new Client(
      { name: "cardstream", version: "1" },
      // Probing a program means starting it twice; over HTTP it is one more request.
      { versionNegotiation: { mode: isHttp ? "auto" : "legacy" } },
    );
    const connection = { client, transport, http };
    try {
      await withDeadline(
        clock,
        config.connectTimeoutMs ?? CONNECT_MS,
        `connecting to MCP server ${this.name}`,
        (signal) => client.connect(transport, { signal, timeout: SDK_TIMEOUT_MS }),
        this.#closing.signal,
      );
    } catch (error) {
      // Waiting for the end would keep the caller longer than it allowed; but who closes us waits for everything.
      this.#ending = this.#end(connection);
      throw error;
    }
    return connection;
  }

  async #transport(): Promise<{ transport: Connection["transport"]; http: HttpTransport | undefined }> {
    const { config } = this.#options;
    if ("url" in config) {
      const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
      const http = await openTransport(config.proxy);
      const requestInit = config.headers === undefined ? {} : { headers: config.headers };
      return {
        transport: new StreamableHTTPClientTransport(new URL(config.url), { fetch: http.fetch, requestInit }),
        http,
      };
    }
    const { getDefaultEnvironment, StdioClientTransport } = await import("@modelcontextprotocol/client/stdio");
    const { command, args = [], env, cwd } = config;
    return {
      transport: new StdioClientTransport({
        command,
        args: [...args],
        env: { ...getDefaultEnvironment(), ...env },
        ...(cwd === undefined ? {} : { cwd }),
        // A program's own log may hold anything; who wants to read it runs the program.
        stderr: "ignore",
      }),
      http: undefined,
    };
  }

  async #close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    await (connection === undefined ? this.#ending : this.#end(connection));
  }

  async #end({ client, transport, http }: Connection): Promise<void> {
    const { clock, logger } = this.#options;
    const pid = transport.pid;
    try {
      await withDeadline(clock, CLOSE_MS, `closing MCP server ${this.name}`, async () => {
        await client.close();
        await http?.close();
      });
    } catch (error) {
      logger.warn("mcp: server did not close in time", {
        server: this.name,
        error: errorName(error),
      });
      if (typeof pid === "number") kill(pid);
    }
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in this moment.
  }
}
