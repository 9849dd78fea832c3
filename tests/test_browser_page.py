"""The page of all results as a reader has it: in a real chromium, from a file, without network."""

import pathlib
import shutil

import pytest

from browser import contrasts
from stdpolicy.reproduction.page import write_page

ROOT = pathlib.Path(__file__).resolve().parents[1]
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
TABLE = "#tab-assessment"
SHOWN = f"{TABLE} tbody tr:visible"


@pytest.fixture(scope="module")
def address(chromium, tmp_path_factory):
    root = tmp_path_factory.mktemp("page")
    for folder in ("figures", "reports/tables", "reports/notebooks"):
        shutil.copytree(ROOT / folder, root / folder)
    return write_page(root).as_uri()


class Reader:
    """A new reader with a window, of whom it is noted what the page asks for and complains of."""

    def __init__(self, chromium, address, **settings):
        self.context = chromium.new_context(**{"viewport": DESKTOP, "locale": "en-GB"} | settings)
        self.address = address
        self.requests, self.complaints = [], []
        self.page = self.open()

    def open(self, ending=""):
        page = self.context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.address + ending)
        return page

    def language(self):
        return self.page.evaluate("document.documentElement.lang")


@pytest.fixture
def reader(chromium, address):
    opened = []

    def new(**settings):
        opened.append(Reader(chromium, address, **settings))
        return opened[-1]

    yield new
    for one in opened:
        one.context.close()
        assert one.complaints == []
        outside = [u for u in one.requests if not u.startswith(("file:", "data:"))]
        assert outside == []
        assert {u.split("#")[0].split("?")[0] for u in one.requests if u.startswith("file:")} == {
            address
        }


def column(page, number):
    cells = page.locator(f"{SHOWN} > :nth-child({number})")
    return cells.evaluate_all("cells => cells.map(cell => cell.innerText.trim())")


def heads(page):
    return page.locator(f"{TABLE} thead button")


def near(page, place=TABLE):
    """The page with a place in the window: what is far away has no text yet."""
    page.evaluate("place => document.querySelector(place).scrollIntoView()", place)
    page.wait_for_function("place => document.querySelector(place).innerText", arg=place)
    return page


def choose(page, language):
    page.locator(f"[data-choose={language}]").click()


def head(page, title):
    return heads(page).filter(has_text=title).first


# --- language -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "ending", "lang"),
    [
        ("en-GB", "", "en"),
        ("zh-CN", "", "zh-CN"),
        ("fr-FR", "", "en"),
        ("en-GB", "?lang=zh", "zh-CN"),
        ("zh-CN", "?lang=en", "en"),
        ("zh-CN", "?lang=xx", "zh-CN"),
    ],
)
def test_language_at_first(reader, locale, ending, lang):
    one = reader(locale=locale)
    one.page = one.open(ending)
    assert one.language() == lang
    other = "zh" if lang == "en" else "en"
    assert one.page.locator(f"img[lang|={other}]").first.is_hidden()
    assert one.page.locator(f"img[lang|={lang[:2]}]").first.is_visible()


def test_language_is_switched_and_remembered(reader):
    one = reader()
    page = one.page
    english = page.title()
    chinese = page.get_by_role("button", name="中文", exact=True)
    chinese.click()
    assert one.language() == "zh-CN"
    assert page.title() != english
    assert chinese.get_attribute("aria-pressed") == "true"
    assert page.locator("[data-choose=en]").get_attribute("aria-pressed") == "false"
    assert page.locator("h1").inner_text().startswith("中国")
    assert "共 58 行" in near(page).locator(f"{TABLE} .count").inner_text()
    one.page = one.open()
    assert one.language() == "zh-CN"


def test_what_is_read_stays_in_place_when_the_language_changes(reader):
    page = reader().page
    page.evaluate("document.getElementById('fig-coherence').scrollIntoView()")
    before = page.locator("#fig-coherence").bounding_box()["y"]
    page.evaluate("document.querySelector('[data-choose=zh]').click()")
    assert abs(page.locator("#fig-coherence").bounding_box()["y"] - before) < 2


def test_without_script_both_languages_are_there(reader):
    page = reader(java_script_enabled=False).page
    for lang in ("en", "zh"):
        assert page.locator(f"h1 [lang|={lang}]").is_visible()
        assert page.locator(f"#fig-gap img[lang|={lang}]").is_visible()
        assert page.locator(f"{TABLE} tbody tr").first.locator(f"[lang|={lang}]").first.is_visible()
    assert page.locator(".tools:visible, .languages:visible").count() == 0


# --- tables ---------------------------------------------------------------------------------------


def test_numbers_are_sorted_as_numbers_both_ways_and_back(reader):
    page = near(reader().page)
    titles = heads(page).all_inner_texts()
    place = next(i for i, title in enumerate(titles) if title.startswith("naive ratio"))
    button, cell = heads(page).nth(place), page.locator(f"{TABLE} thead th").nth(place)
    assert cell.get_attribute("aria-sort") == "none"
    first = column(page, 1)
    button.click()
    assert cell.get_attribute("aria-sort") == "ascending"
    up = column(page, place + 1)
    known = [float(text) for text in up if text]
    assert known == sorted(known)
    assert len(known) > 10
    assert up[len(known) :] == [""] * (len(up) - len(known))
    button.click()
    assert cell.get_attribute("aria-sort") == "descending"
    assert [float(text) for text in column(page, place + 1) if text] == known[::-1]
    button.click()
    assert cell.get_attribute("aria-sort") == "none"
    assert column(page, 1) == first


def test_text_is_sorted_as_text_in_the_language(reader):
    page = reader(locale="zh-CN").page
    head(page, "指标").click()
    assert page.locator(f"{TABLE} [aria-sort=ascending]").count() == 1
    place = 1 + next(i for i, t in enumerate(heads(page).all_inner_texts()) if "指标" in t)
    words = column(page, place)
    collated = page.evaluate("w => w.toSorted(new Intl.Collator('zh-CN').compare)", words)
    assert words == collated


def test_rows_are_filtered_in_the_language_and_counted(reader):
    page = near(reader().page)
    box, count = page.locator(f"{TABLE} input"), page.locator(f"{TABLE} .count")
    assert count.inner_text() == "58 rows"
    box.wait_for()
    box.fill("GROUP standards undetermined")
    page.wait_for_function(
        "t => document.querySelector(t).innerText.includes(' of ')", arg=f"{TABLE} .count"
    )
    rows = page.locator(SHOWN).all_inner_texts()
    assert 0 < len(rows) < 58
    assert all("group" in row and "undetermined" in row for row in rows)
    assert count.inner_text() == f"{len(rows)} of 58 rows"
    choose(page, "zh")
    near(page)
    assert count.inner_text() == "显示 0 行，共 58 行"
    box.fill("团体标准")
    page.wait_for_function(
        "t => !document.querySelector(t).innerText.includes(' 0 ')", arg=f"{TABLE} .count"
    )
    assert all("团体标准" in row for row in page.locator(SHOWN).all_inner_texts())
    box.fill("")
    page.wait_for_function(
        "t => document.querySelector(t).innerText == '共 58 行'", arg=f"{TABLE} .count"
    )


def test_the_longest_table_is_sorted_and_filtered_at_once(reader):
    page = near(reader().page, "#tab-sensitivity")
    took = page.evaluate(
        """async () => {
          const box = document.querySelector("#tab-sensitivity");
          const start = performance.now();
          box.querySelector("thead button").click();
          box.querySelector("input").value = "t14";
          box.querySelector("input").dispatchEvent(new Event("input"));
          await new Promise((done) => setTimeout(() => requestAnimationFrame(done), 150));
          return performance.now() - start;
        }"""
    )
    assert "of 1334 rows" in page.locator("#tab-sensitivity .count").inner_text()
    assert took < 3000


# --- links ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_key_leads_to_its_document_section_and_quote(reader, viewport):
    page = reader(viewport=viewport).page
    page.locator(f"{TABLE} a", has_text="sd-2018-pilot.t14").first.click()
    entry = page.locator("[id='n-sd-2018-pilot.t14']")
    assert page.url.endswith("#n-sd-2018-pilot.t14")
    assert "100项" in entry.inner_text()
    assert "2.3.1" in entry.inner_text()
    assert "pilot" in entry.locator("a").first.inner_text()
    box = entry.bounding_box()
    assert 0 <= box["y"] < viewport["height"]
    assert page.evaluate("document.activeElement.id") == "n-sd-2018-pilot.t14"
    page.go_back()
    assert page.locator(f"{TABLE} a", has_text="sd-2018-pilot.t14").first.is_visible()


def test_a_key_leads_to_an_entry_that_a_filter_hides(reader):
    page = reader().page
    page.locator("#list-elsewhere-filter").fill("no such entry")
    entry = page.locator("#n-E0032")
    entry.wait_for(state="hidden")
    page.evaluate("location.hash = 'n-E0032'")
    entry.wait_for(state="visible")
    assert "106" in entry.inner_text()
    assert page.locator("#list-elsewhere-filter").input_value() == ""


def test_contents_lead_to_a_figure(reader):
    page = reader().page
    page.locator("nav a[href='#fig-flagship']").click()
    assert 0 <= page.locator("#fig-flagship").bounding_box()["y"] < DESKTOP["height"]
    sizes = "i => i.complete && i.naturalWidth > 1000"
    assert page.locator("#fig-flagship img:visible").evaluate(sizes)


# --- everyone -------------------------------------------------------------------------------------


def test_all_can_be_done_with_the_keyboard(reader):
    one = reader()
    page, focus = one.page, "document.activeElement"
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focus}.getAttribute('href')") == "#main"
    skip = page.locator(".skip").bounding_box()
    assert skip["x"] >= 0
    assert skip["y"] >= 0
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focus}.dataset.choose") == "zh"
    assert page.evaluate(f"getComputedStyle({focus}).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert one.language() == "zh-CN"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    assert one.language() == "en"
    page.locator(f"{TABLE} input").focus()
    page.keyboard.type("t14")
    page.wait_for_function(
        "t => document.querySelector(t).innerText.includes(' of ')", arg=f"{TABLE} .count"
    )
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focus}.className") == "scroll"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(f"{TABLE} th[aria-sort=ascending]").count() == 1
    page.locator(f"{TABLE} tbody a:visible").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id.startsWith('n-')")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, {"width": 320, "height": 568}])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_the_page_does_not_scroll_sideways(reader, viewport, locale):
    page = reader(viewport=viewport, locale=locale).page
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    inner = f"document.querySelector('{TABLE} .scroll')"
    assert page.evaluate(f"{inner}.scrollWidth > {inner}.clientWidth")
    assert page.evaluate(f"{inner}.getBoundingClientRect().right") <= viewport["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(reader, scheme):
    page = reader(color_scheme=scheme).page
    tried = (
        "h1; .facts; .notebook a; nav a; nav .number; .count; .sign; thead button; tbody a; "
        "tbody td; figcaption p; .entry dt; .kind; footer p; [aria-pressed=true]; "
        "[aria-pressed=false]"
    )
    assert [name for name, ratio in contrasts(page, tried).items() if ratio < 4.5] == []


def test_names_that_a_screen_reader_tells(reader):
    page = reader().page
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("navigation", name="Contents").count() == 1
    assert page.get_by_role("article", name="Table 7. Interval, verdict and").count() == 1
    region = page.get_by_role("region", name="Table 7. Interval, verdict and")
    assert (
        region.get_by_role("columnheader", name="verdict at the deadline", exact=True).count() == 1
    )
    assert region.get_by_role("rowheader").count() == 58
    assert page.get_by_role("searchbox", name="Filter rows").count() > 30
