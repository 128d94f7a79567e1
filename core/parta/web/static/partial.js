// Parts of pages that htmx fetches: token, clean addresses, refusals, signing in again.
import { confirm, toast } from "./dialogs.js";
import { signInAgain } from "./session.js";
import { announce, text } from "./texts.js";
import { csrfToken } from "./token.js";

function configure({ detail }) {
  detail.headers["X-CSRF-Token"] = csrfToken();
  if (detail.verb !== "get") return;
  for (const name of [...detail.formData.keys()]) {
    if (detail.formData.get(name) === "") detail.formData.delete(name);
  }
}

async function failed({ detail }) {
  const status = detail.xhr.status;
  if (status === 401) {
    if (await signInAgain()) repeat(detail);
  } else {
    toast(text(status === 403 ? "forbidden" : "failed"), "danger");
  }
}

function repeat({ requestConfig: sent, target }) {
  const values = Object.fromEntries(sent.formData.entries());
  window.htmx.ajax(sent.verb, sent.path, { source: sent.elt, target, values });
}

async function ask(event) {
  const question = event.detail.question ?? event.detail.elt.dataset.confirm;
  if (!question || event.detail.elt instanceof HTMLFormElement) return;
  event.preventDefault();
  const { confirmTitle: title, confirmYes: yes, confirmKind: kind } = event.detail.elt.dataset;
  if (await confirm({ question, title, yes, kind })) event.detail.issueRequest(true);
}

function say({ target }) {
  const said = target.querySelector?.("[data-announce]");
  if (said) announce(said.textContent);
}

export function start() {
  const body = document.body;
  body.addEventListener("htmx:configRequest", configure);
  body.addEventListener("htmx:responseError", failed);
  body.addEventListener("htmx:sendError", () => toast(text("no_connection"), "danger"));
  body.addEventListener("htmx:confirm", ask);
  body.addEventListener("htmx:afterSettle", say);
}
