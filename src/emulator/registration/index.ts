export { Registrations } from "./registrations.ts";
export { registrationRoutes } from "./routes.ts";
