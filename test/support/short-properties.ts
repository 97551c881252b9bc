import * as fc from "fast-check";

/** Under `npm run mutate` properties are tried for five seconds each: in code that holds faults their full number takes minutes. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), interruptAfterTimeLimit: 5_000, markInterruptAsFailure: false });
