// On a phone only today stands open; every other day opens with a tap.
const today = document.querySelector(".journal-today");
if (today && matchMedia("(max-width: 47.99rem)").matches) {
  for (const day of document.querySelectorAll(".journal-day")) day.open = day === today;
}
