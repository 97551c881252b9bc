import type { Route } from "./call.ts";

/** Where a request goes. */
export type Match =
  | { readonly kind: "route"; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: "wrong-method" }
  | { readonly kind: "none" };

interface Compiled {
  readonly route: Route;
  readonly segments: readonly string[];
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Finds the route of a path; fixed segments win over captured ones. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match {
  const byLength = new Map<number, Compiled[]>();
  const captures = (segments: readonly string[]): number =>
    segments.filter((segment) => segment.startsWith(":")).length;
  for (const route of routes) {
    const segments = route.path.split("/");
    const list = byLength.get(segments.length) ?? [];
    list.push({ route, segments });
    byLength.set(
      segments.length,
      list.sort((a, b) => captures(a.segments) - captures(b.segments)),
    );
  }
  return (method, path) => {
    const parts = path.split("/");
    let found = false;
    for (const { route, segments } of byLength.get(parts.length) ?? []) {
      if (!segments.every((segment, i) => (segment.startsWith(":") ? parts[i] !== "" : segment === parts[i]))) continue;
      found = true;
      if (route.method !== method) continue;
      const params: Record<string, string> = {};
      for (const [i, segment] of segments.entries()) {
        if (segment.startsWith(":")) params[segment.slice(1)] = decode(parts[i] ?? "");
      }
      return { kind: "route", route, params };
    }
    return { kind: found ? "wrong-method" : "none" };
  };
}
