// Dialogs are native <dialog> elements: focus is kept inside, Escape closes, focus returns.
import { text } from "./texts.js";

/** Ask a question; answers true when it was confirmed. */
export function confirm({ question, title = "", yes = "", kind = "danger" }) {
  const dialog = document.getElementById("confirm-dialog");
  dialog.querySelector("#confirm-text").textContent = question;
  const heading = dialog.querySelector("#confirm-title");
  heading.dataset.usual ??= heading.textContent;
  heading.textContent = title || heading.dataset.usual;
  const button = dialog.querySelector("[data-confirm-yes]");
  button.dataset.usual ??= button.textContent;
  button.textContent = yes || button.dataset.usual;
  button.className = `btn btn-${kind}`;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** Say something short that needs no answer; kind is success, info, warning or danger. */
export function toast(message, kind = "info") {
  const place = document.getElementById("toasts");
  const box = document.createElement("div");
  box.className = `alert alert-${kind}`;
  const words = document.createElement("div");
  words.className = "parta-alert-text";
  words.textContent = message;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-icon parta-btn-quiet";
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", text("close"));
  close.textContent = "×";
  box.append(words, close);
  place.append(box);
  if (kind !== "danger") setTimeout(() => box.remove(), 8000);
  return box;
}

function click(event) {
  const open = event.target.closest("[data-open]");
  if (open) document.getElementById(open.dataset.open)?.showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.closest("[data-dismiss]")) event.target.closest(".alert")?.remove();
  if (event.target instanceof HTMLDialogElement && outside(event)) event.target.close();
}

function outside({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

export function start() {
  document.addEventListener("click", click);
}
