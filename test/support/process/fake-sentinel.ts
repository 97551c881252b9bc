import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** What a sentinel of a test says. */
export interface Said {
  readonly port: number;
  readonly epoch: number;
}

/** A sentinel that says what a test wants. */
export interface FakeSentinel {
  readonly port: number;
  /** What it says from now on, of a master `mymaster`; told to who listens, unless it is said `quietly`. */
  say(said: Said, options?: { readonly quietly?: boolean }): void;
  /** It takes connections from now on, and answers nothing; or answers again. */
  hang(isHanging?: boolean): void;
  close(): void;
}

const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
const list = (...texts: string[]): string => `*${texts.length}\r\n${texts.map(bulk).join("")}`;

export async function startFakeSentinel(first: Said): Promise<FakeSentinel> {
  let said = first;
  let isHanging = false;
  const sockets = new Set<Socket>();
  const answer = ([command = "", what = "", name = ""]: readonly string[]): string => {
    switch (`${command} ${command === "SENTINEL" ? what : ""}`.trim().toUpperCase()) {
      case "HELLO":
        return `%2\r\n${bulk("proto")}:3\r\n${bulk("mode")}${bulk("sentinel")}`;
      case "PING":
        return "+PONG\r\n";
      case "SUBSCRIBE":
        return `>3\r\n${bulk("subscribe")}${bulk(what)}:1\r\n`;
      case "SENTINEL GET-MASTER-ADDR-BY-NAME":
        return name === "mymaster" ? list("127.0.0.1", String(said.port)) : "_\r\n";
      case "SENTINEL MASTER":
        if (name !== "mymaster") return "-ERR No such master with that name\r\n";
        return `%1\r\n${bulk("config-epoch")}${bulk(String(said.epoch))}`;
      case "SENTINEL MASTERS":
        return `*1\r\n%1\r\n${bulk("name")}${bulk("mymaster")}`;
      default:
        return "+OK\r\n";
    }
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    let rest = "";
    socket.setEncoding("utf8").on("data", (data: string) => {
      rest += data;
      for (let command = take(rest); command !== undefined; command = take(rest)) {
        rest = rest.slice(command.length);
        if (!isHanging) socket.write(answer(command.words));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    say(next, { quietly = false } = {}) {
      const message = `mymaster 127.0.0.1 ${said.port} 127.0.0.1 ${next.port}`;
      said = next;
      if (quietly) return;
      for (const socket of sockets) socket.write(`>3\r\n${bulk("message")}${bulk("+switch-master")}${bulk(message)}`);
    },
    hang(hangs = true) {
      isHanging = hangs;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** The command that a text begins with, once it is whole. Tests send nothing beyond ASCII. */
function take(text: string): { readonly words: readonly string[]; readonly length: number } | undefined {
  const count = /^\*(\d+)\r\n/u.exec(text);
  if (count === null) return undefined;
  let at = count[0].length;
  const words: string[] = [];
  for (let word = 0; word < Number(count[1]); word++) {
    const size = /^\$(\d+)\r\n/u.exec(text.slice(at));
    if (size === null) return undefined;
    const from = at + size[0].length;
    at = from + Number(size[1]) + 2;
    if (text.length < at) return undefined;
    words.push(text.slice(from, at - 2));
  }
  return { words, length: at };
}
