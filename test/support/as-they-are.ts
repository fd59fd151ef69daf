/** Fixtures that are not bundled: they load the package in a way of their own, or start threads that do. */
export const AS_THEY_ARE: RegExp =
  /^(ami|death|future|thread|trace)\/|(^|\/)(no-blocking|two-copies|two-runs|run-snippets|mishaps)\.mjs$/;
