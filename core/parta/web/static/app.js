// Entry of every page: puts the small parts together. Plugins import the parts by relative path.
import { start as startDialogs } from "./dialogs.js";
import { start as startHtmx } from "./partial.js";
import { start as startMenus } from "./menus.js";
import { start as startForms } from "./forms.js";
import { start as startPreferences } from "./preferences.js";
import { start as startSearch } from "./search.js";
import { start as startUnsent } from "./unsent.js";

startUnsent();
startDialogs();
startMenus();
startForms();
startPreferences();
startSearch();
startHtmx();
