// Search from anywhere: Ctrl+K or the button; arrows walk through what was found.
import { move } from "./menus.js";

function open() {
  const dialog = document.getElementById("search-dialog");
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector("[name=q]").select();
}

function keys(event) {
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyK") {
    event.preventDefault();
    open();
    return;
  }
  const dialog = event.target.closest?.("#search-dialog");
  if (dialog && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    move(dialog, event.key === "ArrowDown" ? 1 : -1);
  }
}

export function start() {
  document.addEventListener("keydown", keys);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-search]") || event.ctrlKey || event.metaKey) return;
    if (!document.getElementById("search-dialog")) return;
    event.preventDefault();
    open();
  });
}
