/**
 * Health of the container's main process, without a call to Feishu: `node health.mjs [pid]`. A gateway is asked on /healthz, which
 * knows whether Feishu takes the app; a bot has to have a connection that stands, beside those to the shared Redis: its long connection.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const pid = process.argv[2] ?? "1";
/** `st` of /proc/net/tcp. */
const ESTABLISHED = "01";

/** Options win over PORT, as in the program. */
function portOf(words) {
  const at = words.indexOf("--port");
  return at < 0 ? (process.env.PORT ?? "7339") : words[at + 1];
}

/** Port of the Redis that CARDSTREAM_REDIS names, as /proc/net/tcp writes it. */
function redisPort() {
  const address = process.env.CARDSTREAM_REDIS;
  if (!address) return undefined;
  const { port } = new URL(address);
  return Number(port || 6379)
    .toString(16)
    .toUpperCase()
    .padStart(4, "0");
}

/** Inodes of the process's sockets. */
function socketsOf(id) {
  const folder = `/proc/${id}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return /^socket:\[(\d+)\]$/u.exec(readlinkSync(`${folder}/${name}`))?.[1] ?? [];
    } catch {
      // Closed in the meantime.
      return [];
    }
  });
}

function hasConnection() {
  const own = new Set(socketsOf(pid));
  const redis = redisPort();
  return ["tcp", "tcp6"].some((kind) =>
    readFileSync(`/proc/${pid}/net/${kind}`, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/u))
      .some((fields) => fields[3] === ESTABLISHED && own.has(fields[9]) && fields[2].split(":")[1] !== redis),
  );
}

async function isHealthy() {
  const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  if (!words.includes("gateway")) return hasConnection();
  return (await fetch(`http://127.0.0.1:${portOf(words)}/healthz`)).ok;
}

try {
  process.exitCode = (await isHealthy()) ? 0 : 1;
} catch {
  process.exitCode = 1;
}
