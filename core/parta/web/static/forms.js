// Forms: a question before what cannot be undone, no second sending, nothing entered lost, focus on what is wrong.
import { confirm } from "./dialogs.js";
import { isSignedIn, maySend } from "./session.js";

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
  if (form.dataset.sent === "yes") event.preventDefault();
  else if (form.dataset.sent === "ready" || !isSignedIn() || form.matches("[data-sign-out]")) form.dataset.sent = "yes";
  else await sendWhenReady(event);
}

/** The page is left only with a connection and a session: what was entered would be lost with it. */
async function sendWhenReady(event) {
  const form = event.target;
  event.preventDefault();
  form.dataset.sent = "yes";
  if (await maySend()) {
    form.dataset.sent = "ready";
    form.requestSubmit(event.submitter);
  } else {
    delete form.dataset.sent;
    delete form.dataset.confirmed;
  }
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
