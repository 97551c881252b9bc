import type { Route } from "../api/call.ts";
import { applicationRoutes } from "./application.ts";
import { authRoutes } from "./auth.ts";
import { botRoutes } from "./bot.ts";
import { cardRoutes } from "./card.ts";
import { chatRoutes } from "./chat.ts";
import { delayedUpdateRoutes } from "./delayed-update.ts";
import { elementRoutes } from "./element.ts";
import { mediaRoutes } from "./media.ts";
import { messageEditRoutes } from "./message-edit.ts";
import { messageForwardRoutes } from "./message-forward.ts";
import { messagePeopleRoutes } from "./message-people.ts";
import { messageReadRoutes } from "./message-read.ts";
import { messageRoutes } from "./message.ts";
import { pinRoutes } from "./pin.ts";
import { reactionRoutes } from "./reaction.ts";
import { userRoutes } from "./user.ts";
import { wsEndpointRoutes } from "./ws-endpoint.ts";

/** Every operation the emulator knows. */
export const ROUTES: readonly Route[] = [
  ...authRoutes,
  ...botRoutes,
  ...applicationRoutes,
  ...cardRoutes,
  ...elementRoutes,
  ...delayedUpdateRoutes,
  ...messageRoutes,
  ...messageEditRoutes,
  ...messageReadRoutes,
  ...messageForwardRoutes,
  ...messagePeopleRoutes,
  ...pinRoutes,
  ...reactionRoutes,
  ...mediaRoutes,
  ...chatRoutes,
  ...userRoutes,
  ...wsEndpointRoutes,
];
