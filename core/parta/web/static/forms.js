// Forms: a question before what cannot be undone, no second sending, focus on what is wrong.
import { confirm } from "./dialogs.js";

async function submit(event) {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.confirm && !form.dataset.confirmed) {
    event.preventDefault();
    const { confirm: question, confirmTitle: title, confirmYes: yes, confirmKind: kind } = form.dataset;
    if (!(await confirm({ question, title, yes, kind }))) return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(event.submitter);
    return;
  }
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "yes";
}

/** A page that comes back from the browser's memory may send its forms again. */
function forget() {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    delete form.dataset.confirmed;
  }
}

export function start() {
  document.addEventListener("submit", submit);
  window.addEventListener("pageshow", forget);
  document.querySelector("[data-focus-first]")?.focus();
}
