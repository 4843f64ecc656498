// Runs before anything of the page: writes down what must not happen, for `Page::complaints`.
// Dialogs and pop-ups become entries, so that a hostile post can't hold the tests up.
(() => {
  const errors = [];
  const note = (kind, what) => errors.length < 100 && errors.push(`${kind}: ${what}`);
  window.addEventListener("error", (event) => note("error", event.message));
  window.addEventListener("unhandledrejection", (event) => note("rejection", event.reason));
  document.addEventListener("securitypolicyviolation", (event) =>
    note("csp", `${event.effectiveDirective} ${event.blockedURI} ${event.sample}`),
  );
  for (const level of ["error", "warn"]) {
    const original = console[level];
    console[level] = (...words) => {
      note(`console.${level}`, words.join(" "));
      original.apply(console, words);
    };
  }
  for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
    window[name] = (...words) => void note(name, words.join(" "));
  }
  Object.defineProperty(window, "harness", { value: { errors } });
})();
