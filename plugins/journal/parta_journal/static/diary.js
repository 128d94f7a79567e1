// On a phone only one day stands open: the one that the address asks for, else today; others open with a tap.
const asked = new URLSearchParams(location.search).get("day");
const chosen = document.querySelector(`.journal-day[data-day="${CSS.escape(asked ?? "")}"]`) ?? document.querySelector(".journal-today");
if (chosen && matchMedia("(max-width: 47.99rem)").matches) {
  for (const day of document.querySelectorAll(".journal-day")) day.open = day === chosen;
}
