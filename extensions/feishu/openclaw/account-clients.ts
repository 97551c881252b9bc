/** The path by which public reports of failures load it; the code is in its room. */
export { AccountClients } from "./account/clients.ts";
