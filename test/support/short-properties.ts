import * as fc from "fast-check";

/** Under `npm run mutate` properties are tried for half a second each: code that holds faults is slow, and most faults show at once. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), interruptAfterTimeLimit: 500, markInterruptAsFailure: false });
