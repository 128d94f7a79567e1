// What was typed and is not saved yet, kept in the browser for one school and one person: given back to that
// person only, and removed when they sign out, after a warning.
import { confirm } from "./dialogs.js";
import { text } from "./texts.js";

const PREFIX = "parta:unsent:";
const LONGEST = 14 * 24 * 60 * 60 * 1000;
const person = document.querySelector("#sign-in-again form")?.dataset.key ?? "";
const mine = `${PREFIX}${person}:`;

/** Keep `entries` under `name` in place of those kept so far; an empty list keeps nothing. */
export function keep(name, entries) {
  if (!person) return;
  if (entries.length) localStorage.setItem(mine + name, JSON.stringify({ at: Date.now(), entries }));
  else localStorage.removeItem(mine + name);
}

/** What is kept under `name` for this person. */
export function kept(name) {
  return read(mine + name)?.entries ?? [];
}

/** The names under which something is kept for this person. */
export function names() {
  return keys(mine).map((key) => key.slice(mine.length));
}

function keys(prefix) {
  return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/** Nobody came back for it in two weeks. */
function dropOld() {
  for (const key of keys(PREFIX)) if (!(Date.now() - read(key)?.at < LONGEST)) localStorage.removeItem(key);
}

async function signOut(event) {
  const form = event.target;
  if (!form.matches("[data-sign-out]") || !names().length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await confirm({ question: text("unsent"), title: text("sign_out"), yes: text("sign_out") }))) return;
  for (const key of keys(mine)) localStorage.removeItem(key);
  form.submit();
}

export function start() {
  dropOld();
  document.addEventListener("submit", signOut, { capture: true });
}
