import type { HostAndPort } from "./address.ts";

/** Where a Redis was found. */
export interface Whereabouts extends HostAndPort {
  /** The sentinel that says so, where one does; then it has to be a master. */
  readonly by?: HostAndPort | undefined;
}

/** Knows where a Redis is. */
export interface Finder {
  /** Looks again. @throws SharedStateError when nobody knows */
  find(): Promise<Whereabouts>;
  /** Called when it turns out to be elsewhere. */
  onMoved(listener: (to: HostAndPort) => void): void;
  close(): void;
}

/** Of a Redis that stays where it is. */
export const fixedAt = ({ host, port }: HostAndPort): Finder => ({
  find: async () => ({ host, port }),
  onMoved() {},
  close() {},
});

export const isSamePlace = (one: HostAndPort, other: HostAndPort): boolean =>
  one.host === other.host && one.port === other.port;
