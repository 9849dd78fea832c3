// Sorting and filtering. Without the scripts the page shows both languages, unsorted.
(() => {
  const root = document.documentElement;
  const SIGNS = { none: "↕", ascending: "↑", descending: "↓" };
  const COUNTS = {
    rows: {
      en: (shown, all) => (shown === all ? `${all} rows` : `${shown} of ${all} rows`),
      zh: (shown, all) => (shown === all ? `共 ${all} 行` : `显示 ${shown} 行，共 ${all} 行`),
    },
    entries: {
      en: (shown, all) => (shown === all ? `${all} entries` : `${shown} of ${all} entries`),
      zh: (shown, all) => (shown === all ? `共 ${all} 条` : `显示 ${shown} 条，共 ${all} 条`),
    },
  };

  /** Text of an element in the chosen language. */
  function said(element) {
    let text = "";
    for (const node of element.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) text += node.data;
      else if (!node.lang || node.lang === pageLanguage.tag() || node.classList.contains("only")) {
        text += said(node);
      }
    }
    return text;
  }

  // --- filtering --------------------------------------------------------------------------------

  function filterable(box, items, counts) {
    const tools = box.querySelector(".tools");
    const field = tools.querySelector("input");
    const count = box.querySelector(".count");
    const texts = { en: null, zh: null };
    let timer = 0;

    function refresh() {
      const terms = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = items.length;
      if (terms.length) {
        texts[pageLanguage.chosen()] ??= items.map((item) =>
          [...item.children].map((part) => said(part)).join(" ").toLowerCase(),
        );
      }
      items.forEach((item, place) => {
        const out = !terms.every((term) => texts[pageLanguage.chosen()][place].includes(term));
        if (item.hidden !== out) item.hidden = out;
        shown -= out;
      });
      const words = counts[pageLanguage.chosen()](shown, items.length);
      if (count.textContent !== words) count.textContent = words;
    }

    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(refresh, 100);
    });
    box.addEventListener("unfilter", () => {
      field.value = "";
      refresh();
    });
    tools.hidden = false;
    pageLanguage.whenChosen(refresh);
  }

  // --- sorting ----------------------------------------------------------------------------------

  function number(cell) {
    const text = cell.dataset.v ?? said(cell);
    if (text === "") return NaN;
    return text.endsWith("∞") ? (text === "∞" ? Infinity : -Infinity) : Number(text);
  }

  /** Rows by a column; those with nothing in it come last in either order. */
  function sorted(rows, column, numeric, descending) {
    const sign = descending ? -1 : 1;
    const collator = new Intl.Collator(root.lang, { numeric: true });
    const compare = numeric ? (a, b) => (a < b ? -1 : Number(a > b)) : collator.compare;
    const missing = numeric ? Number.isNaN : (value) => value === "";
    return rows
      .map((row) => ({ row, value: (numeric ? number : said)(row.cells[column]) }))
      .sort((a, b) => {
        const [none, other] = [missing(a.value), missing(b.value)];
        return none || other ? none - other : sign * compare(a.value, b.value);
      })
      .map(({ row }) => row);
  }

  function sortable(table, rows) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      const sign = document.createElement("span");
      button.type = "button";
      sign.className = "sign";
      sign.ariaHidden = "true";
      sign.textContent = SIGNS.none;
      button.append(...head.childNodes, sign);
      head.append(button);
      head.ariaSort = "none";
      button.addEventListener("click", () => {
        const next = { none: "ascending", ascending: "descending", descending: "none" };
        const order = next[head.ariaSort];
        for (const other of heads) {
          other.ariaSort = other === head ? order : "none";
          other.querySelector(".sign").textContent = SIGNS[other.ariaSort];
        }
        const numeric = head.classList.contains("n");
        table.tBodies[0].append(
          ...(order === "none" ? rows : sorted(rows, column, numeric, order === "descending")),
        );
      });
    });
  }

  // --- the page ---------------------------------------------------------------------------------

  /** A link leads to its entry even where a filter hides it. */
  function reach() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target?.hidden) {
      target.closest(".list").dispatchEvent(new Event("unfilter"));
      target.scrollIntoView();
    }
    if (target?.matches("[tabindex='-1']")) target.focus({ preventScroll: true });
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll("article.table")) {
      const table = box.querySelector("table");
      const rows = [...table.tBodies[0].rows];
      filterable(box, rows, COUNTS.rows);
      sortable(table, rows);
    }
    for (const box of document.querySelectorAll(".list")) {
      filterable(box, [...box.querySelectorAll(".entry")], COUNTS.entries);
    }
    if (window.matchMedia("(max-width: 64rem)").matches) {
      document.querySelector("nav details").open = false;
    }
    pageLanguage.announce();
    window.addEventListener("hashchange", reach);
  });
})();
