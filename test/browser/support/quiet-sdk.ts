/** A logger for the SDK that says nothing: it writes to the console whatever its level. */
const nothing = (): void => {};
export const quietLogger = { error: nothing, warn: nothing, info: nothing, debug: nothing, trace: nothing };
