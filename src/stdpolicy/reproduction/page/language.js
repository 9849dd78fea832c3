"use strict";
// The language of a page: taken from the address, an earlier visit or the browser, and switched by
// the buttons with data-choose. Without this script a page shows both languages.
const pageLanguage = (() => {
  const root = document.documentElement;
  const REMEMBERED = "stdpolicy-language";
  const TAGS = { en: "en", zh: "zh-CN" };
  const refreshers = [];
  let language = "en";

  function remembered() {
    try {
      return localStorage.getItem(REMEMBERED);
    } catch {
      return null; // a browser may refuse to keep anything for local files
    }
  }

  function firstLanguage() {
    const asked = new URLSearchParams(location.search).get("lang");
    for (const wish of [asked, remembered(), ...navigator.languages]) {
      const found = /^(en|zh)\b/i.exec(wish ?? "");
      if (found) return found[1].toLowerCase();
    }
    return "en";
  }

  function apply(chosen) {
    language = chosen;
    root.lang = TAGS[chosen];
    root.dataset.language = chosen;
  }

  /** Let the title, the buttons and whoever asked for it follow the language. */
  function announce() {
    document.title = document.body.dataset[language === "en" ? "titleEn" : "titleZh"];
    for (const button of document.querySelectorAll("[data-choose]")) {
      button.setAttribute("aria-pressed", String(button.dataset.choose === language));
    }
    for (const refresh of refreshers) refresh();
  }

  function choose(chosen) {
    // What was being read stays where it was, although the texts above it change their length.
    const read = [...document.querySelectorAll("h1, h2, h3, article, .entry")].find(
      (element) => element.getBoundingClientRect().bottom > 0,
    );
    const before = read?.getBoundingClientRect().top ?? 0;
    apply(chosen);
    announce();
    window.scrollBy({ top: (read?.getBoundingClientRect().top ?? 0) - before, behavior: "instant" });
    try {
      localStorage.setItem(REMEMBERED, chosen);
    } catch {
      // not remembered, then
    }
  }

  apply(firstLanguage());
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector(".languages").hidden = false;
    for (const button of document.querySelectorAll("[data-choose]")) {
      button.addEventListener("click", () => choose(button.dataset.choose));
    }
  });

  return {
    chosen: () => language,
    tag: () => TAGS[language],
    whenChosen: (refresh) => refreshers.push(refresh),
    announce,
  };
})();
