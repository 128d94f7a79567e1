// Menus are <details>: this closes them when another place is clicked, on Escape and when focus leaves.
const OPEN = "details[data-menu][open]";

function closeOthers(kept) {
  for (const menu of document.querySelectorAll(OPEN)) if (menu !== kept) menu.open = false;
}

function keys(event) {
  const menu = event.target.closest?.(OPEN);
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(menu, event.key === "ArrowDown" ? 1 : -1);
  }
}

/** Put the focus on the next or the previous of the things one can reach in `box`. */
export function move(box, step) {
  const all = [...box.querySelectorAll("summary, a[href], button, input")];
  const reachable = all.filter((element) => element.offsetParent !== null);
  const next = reachable.indexOf(document.activeElement) + step;
  reachable[(next + reachable.length) % reachable.length]?.focus();
}

/** Narrow the navigation to its icons, or widen it; the server draws the next page the same way. */
function toggleRail() {
  const narrow = document.documentElement.dataset.rail !== "narrow";
  if (narrow) document.documentElement.dataset.rail = "narrow";
  else delete document.documentElement.dataset.rail;
  document.cookie = `parta_rail=${narrow ? "narrow" : "wide"}; path=/; max-age=31536000; samesite=lax`;
  showRail();
}

function showRail() {
  const button = document.querySelector("[data-rail-toggle]");
  button?.setAttribute("aria-pressed", String(document.documentElement.dataset.rail === "narrow"));
}

export function start() {
  document.addEventListener("click", (event) => {
    closeOthers(event.target.closest("details[data-menu]"));
    if (event.target.closest("[data-rail-toggle]")) toggleRail();
  });
  document.addEventListener("focusin", (event) => closeOthers(event.target.closest("details[data-menu]")));
  document.addEventListener("keydown", keys);
  showRail();
}
