import { Socket } from "node:net";

/**
 * Refuses every connection that would leave the machine, in every test: a test that needs the internet is a bug, and a
 * product that reaches out without being told to is a worse one.
 */
const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|::1|\[::1\]|0\.0\.0\.0|::ffff:127(?:\.\d{1,3}){3})$/u;

const connect = Socket.prototype.connect;
const guarded = function guarded(this: Socket, ...args: unknown[]): Socket {
  // Node normalises its overloads to one array before the prototype method when called internally.
  const first = Array.isArray(args[0]) ? (args[0] as unknown[])[0] : args[0];
  const options =
    typeof first === "object" && first !== null
      ? (first as { host?: string; path?: string })
      : typeof first === "number"
        ? { host: typeof args[1] === "string" ? args[1] : "localhost" }
        : { path: String(first) };
  const host = options.host ?? "localhost";
  if (options.path === undefined || options.path === null) {
    if (!LOOPBACK.test(host)) throw new Error(`tests may not leave this machine: connection to ${host} refused`);
  }
  return Reflect.apply(connect, this, args) as Socket;
};
// Runs once for every test file, and a worker may take several.
if (connect.name !== guarded.name) Socket.prototype.connect = guarded;
