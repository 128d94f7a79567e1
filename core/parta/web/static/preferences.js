// The theme changes at once; the server is told so that the next page is drawn so.
import { request } from "./http.js";

async function choose(event) {
  const form = event.target;
  if (form.dataset.preference !== "theme" || !event.submitter) return;
  event.preventDefault();
  const theme = event.submitter.value;
  document.documentElement.dataset.bsTheme = theme;
  for (const button of document.querySelectorAll('[data-preference="theme"] button')) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  await request(form.action, { method: "POST", body: new URLSearchParams({ theme }) });
}

export function start() {
  document.addEventListener("submit", choose, { capture: true });
}
