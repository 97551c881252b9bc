/** Preloaded into a process (`--import`) whose wall clock is to be wrong by `CHAOS_CLOCK_MS`; its monotonic clock is not. */
const wrongMs = Number(process.env["CHAOS_CLOCK_MS"] ?? 0);
const RightDate = Date;

globalThis.Date = new Proxy(RightDate, {
  construct: (right, given: [], target) =>
    given.length === 0
      ? Reflect.construct(right, [RightDate.now() + wrongMs], target)
      : Reflect.construct(right, given, target),
  apply: () => new RightDate(RightDate.now() + wrongMs).toString(),
  get: (right, name) => (name === "now" ? () => RightDate.now() + wrongMs : (Reflect.get(right, name) as unknown)),
});
