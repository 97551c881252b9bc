import type { Route } from "../call.ts";
import { authRoutes } from "./auth.ts";
import { botRoutes } from "./bot.ts";
import { cardRoutes } from "./card.ts";
import { elementRoutes } from "./element.ts";
import { messageEditRoutes } from "./message-edit.ts";
import { messageReadRoutes } from "./message-read.ts";
import { messageRoutes } from "./message.ts";
import { wsEndpointRoutes } from "./ws-endpoint.ts";

/** Every operation the emulator knows. */
export const ROUTES: readonly Route[] = [
  ...authRoutes,
  ...botRoutes,
  ...cardRoutes,
  ...elementRoutes,
  ...messageRoutes,
  ...messageEditRoutes,
  ...messageReadRoutes,
  ...wsEndpointRoutes,
];
