import type { LogFields, Logger } from "../../../../src/log/index.ts";
import type { HostLog } from "./plugin-shape.ts";

/** Our log on the host's: one line, fields as `name=value` behind the message. */
export function toLogger(log: HostLog, prefix: string): Logger {
  const line = (message: string, fields: LogFields = {}): string => {
    const shown = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(
        ([name, value]) => `${name}=${typeof value === "string" && /\s/u.test(value) ? JSON.stringify(value) : value}`,
      );
    return [prefix, message, ...shown].join(" ");
  };
  return {
    debug: (message, fields) => log.debug?.(line(message, fields)),
    info: (message, fields) => log.info(line(message, fields)),
    warn: (message, fields) => log.warn(line(message, fields)),
    error: (message, fields) => log.error(line(message, fields)),
  };
}

/** The same log with routine lines at debug level: a gateway that is well has nothing to say about each reply. */
export function quieter(logger: Logger): Logger {
  return {
    debug: (message, fields) => logger.debug(message, fields),
    info: (message, fields) => logger.debug(message, fields),
    warn: (message, fields) => logger.warn(message, fields),
    error: (message, fields) => logger.error(message, fields),
  };
}
