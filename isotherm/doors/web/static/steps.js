/* A reorganisation's steps: of each only the boxes that its kind uses are shown. Without scripts all of them stand there. */
"use strict";

(() => {
  const steps = () => Array.from(document.querySelectorAll("fieldset.step"));

  function fit(step) {
    const kind = step.querySelector("select[name$='-kind']")?.value ?? "";
    step.querySelectorAll("[class*='for-']").forEach((field) => {
      field.hidden = !field.classList.contains(`for-${kind}`) && !field.classList.contains("has-error");
    });
  }

  steps().forEach(fit);
  document.addEventListener("change", (event) => {
    const step = event.target.closest?.("fieldset.step");
    if (step && event.target.matches("select[name$='-kind']")) fit(step);
  });
})();
