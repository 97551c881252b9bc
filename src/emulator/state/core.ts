import type { Clock } from "../../time/index.ts";
import type { Logger } from "../../log/index.ts";
import type { Faults } from "../faults/index.ts";
import type { Feed } from "./feed.ts";
import type { Ids } from "./ids.ts";
import type { Inbound, Tickets } from "../inbound/index.ts";
import type { ActionTokens } from "../inbound/index.ts";
import type { Meters } from "./meters.ts";
import type { Random, Randomness } from "./random.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "../store/store.ts";
import type { Timeline } from "./timeline.ts";
import type { World } from "../world/index.ts";

/** A message `uuid` that was used. */
export interface UsedMessageUuid {
  readonly messageId: string;
  readonly at: number;
  /** The first call has not been answered yet. */
  inFlight: boolean;
}

/** What every operation works with. */
export interface Core {
  readonly clock: Clock;
  readonly random: Random;
  /** Where `random` comes from. */
  readonly randomness: Randomness;
  readonly logger: Logger;
  readonly ids: Ids;
  readonly settings: Settings;
  readonly world: World;
  readonly store: Store;
  readonly feed: Feed;
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly meters: Meters;
  readonly inbound: Inbound;
  readonly tickets: Tickets;
  readonly actionTokens: ActionTokens;
  /** `appId uuid` -> what it sent. */
  readonly messageUuids: Map<string, UsedMessageUuid>;
  /** The app that stands for "the bot" where none is named. */
  readonly defaultAppId: () => string;
}
