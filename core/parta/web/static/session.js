// Signing in again in place: what was entered stays on the page, and the same person goes on.
import { toast } from "./dialogs.js";
import { text } from "./texts.js";
import { keepToken } from "./token.js";

const AGAIN = "#sign-in-again form";
let asking = null;

/** Whether somebody was signed in when this page was made. */
export function isSignedIn() {
  return document.querySelector(AGAIN) !== null;
}

/** Ask to sign in again; answers true when the same person has signed in. Many callers share one question. */
export function signInAgain() {
  const dialog = document.getElementById("sign-in-again");
  if (!dialog) {
    location.reload();
    return Promise.resolve(false);
  }
  asking ??= ask(dialog).finally(() => {
    asking = null;
  });
  return asking;
}

/** Take the token of whoever is signed in now in another window; answers true when that is this page's person. */
export async function goOnWithNewToken() {
  const form = document.querySelector(AGAIN);
  const now = await tokenFrom(form.dataset.csrf);
  if (!now.signed_in) return signInAgain();
  return !goOn(form, now);
}

/** Whether a form may leave the page, and what it holds with it: there is a connection, and its person is signed in. */
export async function maySend() {
  try {
    return await goOnWithNewToken();
  } catch {
    toast(text("no_connection"), "danger");
    return false;
  }
}

function ask(dialog) {
  const form = dialog.querySelector("form");
  const problem = dialog.querySelector("[role=alert]");
  problem.hidden = true;
  return new Promise((resolve) => {
    let done = false;
    const submit = async (event) => {
      event.preventDefault();
      const failure = await tryToSignIn(form);
      problem.textContent = failure;
      problem.hidden = !failure;
      done = !failure;
      if (done) dialog.close();
      else form.elements.password.select();
    };
    const close = () => {
      form.removeEventListener("submit", submit);
      form.reset();
      if (done) toast(text("signed_in_again"), "success");
      resolve(done);
    };
    form.addEventListener("submit", submit);
    dialog.addEventListener("close", close, { once: true });
    dialog.showModal();
  });
}

/** Sign in with what the form holds; answers what was wrong, empty when nothing was. */
async function tryToSignIn(form) {
  try {
    const fresh = await tokenFrom(form.dataset.csrf);
    const body = new URLSearchParams(new FormData(form));
    body.set("csrf_token", fresh.csrf_token);
    const headers = { Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body, headers });
    if (!answer.ok) return (await problemOf(answer)) || text("sign_in_failed");
    return goOn(form, await tokenFrom(form.dataset.csrf));
  } catch {
    return text("no_connection");
  }
}

async function tokenFrom(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return answer.json();
}

async function problemOf(answer) {
  if (!answer.headers.get("Content-Type")?.includes("json")) return "";
  return (await answer.json()).detail ?? "";
}

/** Go on as the person this page belongs to; for anybody else the page is loaded anew. */
function goOn(form, now) {
  if (now.storage_key !== form.dataset.key) {
    toast(text("other_person"), "warning");
    location.reload();
    return text("other_person");
  }
  keepToken(now.csrf_token);
  return "";
}
