"""The review page as a person uses it: in a real chromium, from a file, without network."""

import json
import os
import pathlib
import re

import pytest

import drafted
import stdpolicy as sp
from browser import contrasts
from stdpolicy import cli
from stdpolicy.study import draft, new
from stdpolicy.text import fold

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
FOCUS = "document.activeElement"
MARKS = "#text mark"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return drafted.make_study(tmp_path_factory.mktemp("review"))


@pytest.fixture
def reader(chromium, study):
    """Opens the page as a person who has not been there; it may complain of and ask for nothing."""
    opened, complaints, requests = [], [], []

    def open_page(home=study, doc=drafted.DOC, context=None, **settings):
        if context is None:
            context = chromium.new_context(**{"viewport": DESKTOP, "locale": "en-GB"} | settings)
            opened.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((home / "review" / f"{doc}.html").as_uri())
        return page

    yield open_page
    for context in opened:
        context.close()
    assert complaints == []
    assert [u for u in requests if not u.startswith(("file:", "blob:file:", "blob:null"))] == []


class Person:
    """Somebody who has only a keyboard."""

    def __init__(self, page):
        self.page = page

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def quote(self):
        return self.page.locator("#quote").inner_text()

    def state(self):
        return self.page.locator("#state").inner_text()

    def told(self):
        return self.page.locator("#told").text_content()

    def focus(self):
        return self.page.evaluate(f"{FOCUS}.name || {FOCUS}.id")

    def value(self):
        return self.page.evaluate(f"{FOCUS}.value")

    def go(self, quote):
        """Walk to a quantity."""
        count = self.page.locator("#rows tr").count()
        self.press("Escape", *["k"] * count)
        for _ in range(count):
            if self.quote() == quote:
                return
            self.press("j")
        raise AssertionError(f"no {quote}")

    def go_to_field(self, name):
        for _ in range(60):
            if self.focus() == name:
                return
            self.press("Tab")
        raise AssertionError(f"no field {name}")

    def write(self, text):
        """Write over what a field holds, or choose what begins so from a list."""
        if self.page.evaluate(f"{FOCUS}.tagName") == "SELECT":
            self.page.keyboard.type(text)
        else:
            self.press("Control+a")
            self.page.keyboard.insert_text(text)

    def decide(self):
        """Accept the quantity at hand; what is missing is filled in where the page asks for it."""
        self.press("a")
        fill = {"indicator": "local standards", "base_date": "2015", "due_date": "2030"}
        for _ in range(12):
            if not self.told().startswith("Not yet"):
                return
            name = self.focus()
            self.write(fill.get(name, "organisation"))
            self.press("Control+Enter")
        raise AssertionError(self.told())

    def undecided(self):
        return self.page.locator("#rows tr.undecided").count()

    def decide_all(self):
        self.press("Escape", "g")
        while self.undecided():
            self.decide()

    def save(self, folder):
        with self.page.expect_download() as download:
            self.press("Escape", "s")
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return path


def run(*arguments):
    return cli.main([str(argument) for argument in arguments])


# --- from start to finish -------------------------------------------------------------------------


def test_from_nothing_to_coded_tables_with_the_keyboard_only(reader, tmp_path):
    source = tmp_path / "plan.txt"
    source.write_text(drafted.TEXT, encoding="utf-8")
    home = tmp_path / "study"
    assert run("new", home) == 0
    options = ["--id", drafted.DOC, "--title", drafted.TITLE, "--title-en", "Qingxi plan"]
    options += ["--jurisdiction", "qingxi", "--kind", "plan", "--issued-on", "2021-03-01"]
    place = [f"{name}={value}" for name, value in drafted.PLACE.items()]
    assert run("draft", source, "--study", home, *options, "--jurisdiction-row", *place) == 0

    page = reader(home)
    me = Person(page)
    total = page.locator("#rows tr").count()
    assert 35 <= total <= 45
    assert me.undecided() == total

    # Accept: all is there already, so the next one is at hand.
    me.go("35项")
    me.press("a")
    assert me.quote() == "1200项"
    assert (
        page.locator("#rows tr", has_text="35项").locator("td").nth(1).inner_text() == "✓ accepted"
    )

    # Correct: another kind of promise, and an indicator that the study did not have.
    me.go("120家")
    me.press("e")
    me.go_to_field("indicator")
    me.press("Tab", "Enter")
    for name, value in drafted.COOPERATIVES.items():
        me.go_to_field(name)
        if page.evaluate(f"{FOCUS}.tagName") == "SELECT":
            options = f"[...{FOCUS}.options]"
            value = page.evaluate(f"{options}.find((o) => o.value === '{value}').textContent")
        me.write(value)
    me.press("Control+Enter")
    page.locator("#entry").wait_for(state="hidden")
    me.go_to_field("commitment")
    me.write("strive")
    assert me.value() == "strive"
    me.go_to_field("note")
    me.write("所列合作社")
    me.press("Control+Enter")
    assert me.told() == ""

    # Leave out, for a reason.
    me.go("500项")
    me.press("5")
    row = page.locator("#rows tr", has_text="500项")
    assert row.locator("td").nth(1).inner_text() == "✗ left out"
    assert "frequency" in row.inner_text()

    # Add: a number that counts two things makes a second row, and what no rule takes for a
    # quantity, the hundredth standard, is listed.
    for words, before in (("15项", "各15项"), ("100项", "第100项")):
        me.press("n")
        page.keyboard.insert_text(words)
        while before not in page.locator("#found").inner_text():
            me.press("ArrowDown")
        me.press("Enter")
        assert me.quote() == words
        if words == "15项":
            assert me.focus() == "indicator"
            me.write("group standards")
            me.press("Control+Enter")
        else:
            me.press("Escape", "1")
    assert page.locator("#rows tr").count() == total + 2

    me.decide_all()
    file = me.save(tmp_path)
    assert file.name == f"{drafted.DOC}.decisions.json"

    assert run("accept", file, "--study", home) == 0
    assert run("check", "--data", home / "data") == 0
    assert run("audit", "--sources", home / "documents", "--data", home / "data") == 0
    targets = sp.load("targets", home / "data").set_index("quote")
    corrected = targets.loc["120家"]
    assert (corrected["indicator"], corrected["commitment"]) == ("cooperatives", "strive")
    assert corrected["note"] == "所列合作社"
    left = sp.load("left_out", home / "data").set_index("quote")
    assert left.loc["500项", "reason"] == "frequency"
    folded = fold(drafted.TEXT)
    added = targets[targets["start"] == folded.index("各15项") + 1]
    assert sorted(added["indicator"]) == ["group_standards", "local_standards"]
    assert set(added["value_low"]) == {15}
    assert left.loc["100项", "start"] == folded.index("第100项") + 1
    outcomes = sp.load("outcomes", home / "data").set_index("quote")
    assert outcomes.loc["35项", "as_of_date"] == "2020-12-31"
    coded = [sp.load(name, home / "data") for name in ("targets", "outcomes", "incentives")]
    assert sum(map(len, coded)) + len(left) == total + 2

    before = {path: path.read_bytes() for path in (home / "data").iterdir()}
    assert run("accept", file, "--study", home) == 0
    assert {path: path.read_bytes() for path in (home / "data").iterdir()} == before

    pytest.importorskip("papermill")
    notebooks = ["--notebooks", home / "notebooks", "--only", "01", "--only", "04"]
    options = ["--data", home / "data", "--output", home, "--processes", "2"]
    assert run("reproduce", *options, *notebooks) == 0
    assert (home / "figures" / "zh" / "gap.png").is_file()
    found = (home / "reports" / "tables" / "assessment.csv").read_text(encoding="utf-8")
    assert f"{drafted.DOC}.t01" in found


def test_a_real_text_from_start_to_finish(reader, tmp_path):
    folder = os.environ.get("STDPOLICY_SOURCES")
    if not folder:
        pytest.skip("NOT CHECKED: set STDPOLICY_SOURCES to the folder of source texts")
    doc = "sd-2018-pilot"
    known = sp.load("documents").set_index("doc_id").loc[doc]
    home = new(tmp_path / "study")
    columns = ("title_zh", "title_en", "jurisdiction", "kind", "issued_on", "period_start")
    about = {name: known[name] for name in columns if isinstance(known[name], str)}
    draft(pathlib.Path(folder) / f"{doc}.txt", home, about=about)
    me = Person(reader(home, doc))
    me.decide_all()
    file = me.save(tmp_path)
    assert run("accept", file, "--study", home) == 0
    assert run("audit", "--sources", home / "documents", "--data", home / "data") == 0
    coded = sp.load("targets").query("doc_id == @doc").set_index("start")
    found = sp.load("targets", home / "data").set_index("start")
    assert set(coded.index) <= set(found.index)
    same = ["value_low", "value_high", "unit", "bound", "role", "stage", "section", "due_date"]
    assert found.loc[coded.index, same].equals(coded[same])


# --- the text -------------------------------------------------------------------------------------


def test_the_text_is_shown_as_it_is_with_every_quantity(reader, study):
    page = reader()
    assert page.evaluate("document.getElementById('text').textContent") == drafted.TEXT
    told = drafted.read_draft(study)["proposals"]
    shown = page.locator(MARKS).all_text_contents()
    assert [fold(words) for words in shown] == [proposal["quote"] for proposal in told]
    assert "60\ue004项" in shown
    headings = page.locator("#text b.heading").all_text_contents()
    assert "（三）总体目标" in headings


def select_words(page, before, words):
    """Select words in the text with the mouse, as one who drags over them."""
    box = page.evaluate(
        """([before, words]) => {
          const pane = document.getElementById("text");
          const walker = document.createTreeWalker(pane, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(before + words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(walker.currentNode, at + before.length);
            range.setEnd(walker.currentNode, at + before.length + words.length);
            walker.currentNode.parentElement.scrollIntoView({ block: "center" });
            pane.scrollTop += range.getBoundingClientRect().top - 300;
            const { left, right, top, bottom } = range.getBoundingClientRect();
            return { left, right, y: (top + bottom) / 2 };
          }
        }""",
        [before, words],
    )
    page.mouse.move(box["left"] + 1, box["y"])
    page.mouse.down()
    page.mouse.move((box["left"] + box["right"]) / 2, box["y"])
    page.mouse.move(box["right"], box["y"])
    page.mouse.up()


def test_words_that_are_selected_with_the_mouse_become_a_quantity(reader):
    page = reader()
    count = page.locator("#rows tr").count()
    select_words(page, "发布第", "100项")
    page.get_by_role("button", name="Add n").click()
    assert page.locator("#rows tr").count() == count + 1
    assert page.locator("#quote").inner_text() == "100项"
    assert page.locator("#field-value_low").input_value() == "100"
    assert page.locator("#field-unit").input_value() == "项"
    at = page.locator(f"{MARKS}.at")
    assert at.text_content() == "100项"
    assert page.evaluate("document.getElementById('text').textContent") == drafted.TEXT
    page.get_by_role("button", name="Remove d").click()
    assert page.locator("#rows tr").count() == count
    page.get_by_role("button", name="Undo u").click()
    assert page.locator("#rows tr").count() == count + 1


def test_the_quote_of_a_quantity_is_corrected_by_selecting(reader, tmp_path):
    page = reader()
    me = Person(page)
    me.go("62个")
    select_words(page, "𠮷山", "县")
    page.get_by_role("button", name="Take selected words w").click()
    assert me.quote() == "县"
    me.press("9")
    told = json.loads(me.save(tmp_path).read_text(encoding="utf-8"))
    [one] = [d for d in told["decisions"] if d["quote"] == "县"]
    folded = fold(drafted.TEXT)
    assert folded[one["start"] : one["end"]] == "县"
    assert one["start"] == folded.index("𠮷山县") + 2
    assert one["decision"] == "reject"


# --- deciding -------------------------------------------------------------------------------------


def test_everything_can_be_done_with_the_mouse(reader):
    page = reader()
    page.locator(MARKS, has_text="18家").click()
    assert page.locator("#quote").inner_text() == "18家"
    page.get_by_role("button", name="Accept a").click()
    fault = page.locator("#field-indicator-fault")
    assert fault.inner_text() == "is needed"
    page.get_by_label("indicator *").select_option("local_standards")
    page.get_by_role("button", name="Accept a").click()
    assert page.locator(f"{MARKS}.accepted").text_content() == "18家"
    page.get_by_role("button", name="Leave out r").click()
    assert page.locator(f"{MARKS}.rejected").text_content() == "26个"
    page.get_by_role("button", name="Undo u").click()
    assert page.locator("#quote").inner_text() == "26个"
    assert page.locator(f"{MARKS}.rejected").count() == 0
    page.get_by_role("radio", name="Incentives").check()
    assert page.get_by_label("recipient (zh) *").is_visible()
    page.locator("#rows button", has_text="85%").click()
    assert page.locator("#quote").inner_text() == "85%"
    page.get_by_role("button", name="Previous k").click()
    assert page.locator("#quote").inner_text() == "150项"


@pytest.mark.parametrize(
    ("quote", "field", "value", "said"),
    [
        ("80项", "value_low", "many", "digits only"),
        ("80项", "unit", "", "is needed"),
        ("85%", "value_low", "185", "a share above 100 %"),
        ("80项", "due_date", "2020-02-30", "2020, 2020-06 or 2020-06-30"),
        ("80项", "due_date", "2019", "is before base date"),
        ("35项", "as_of_date", "2022", "is before as of"),
        ("3至5个", "value_high", "2", "above the low value"),
    ],
)
def test_faults_are_told_beside_their_field_and_keep_it_from_being_accepted(
    reader, quote, field, value, said
):
    page = reader()
    me = Person(page)
    me.go(quote)
    me.press("e")
    page.locator(f"#field-{field}").focus()
    me.write(value)
    me.press("Control+Enter")
    assert said in page.locator("#fields .fault").all_inner_texts()
    invalid = page.locator("#fields [aria-invalid=true]").first
    told = page.locator(f"#{invalid.get_attribute('aria-describedby')}").inner_text()
    assert told
    assert me.focus() == invalid.get_attribute("name")
    assert me.told().startswith("Not yet: ")
    assert me.quote() == quote
    assert me.state() == "· not decided"


def test_ends_of_a_number_follow_its_bound(reader):
    page = reader()
    Person(page).go("80项")
    low, high = page.locator("#field-value_low"), page.locator("#field-value_high")
    low.fill("81")
    low.blur()
    assert high.input_value() == "81"
    page.locator("#field-bound").select_option("at_least")
    assert (low.input_value(), high.input_value()) == ("81", "")
    page.locator("#field-bound").select_option("at_most")
    assert (low.input_value(), high.input_value()) == ("", "81")
    page.locator("#field-bound").select_option("exact")
    assert (low.input_value(), high.input_value()) == ("81", "81")


def test_what_was_begun_is_there_again_and_files_are_opened(reader, tmp_path):
    page = reader()
    me = Person(page)
    me.go("35项")
    me.press("a")
    me.go("26个")
    me.press("4")
    me.press("n")
    page.keyboard.insert_text("山县")
    me.press("Enter", "Escape", "x", "a")
    decided = page.locator("#progress-words").inner_text()
    page.locator("details.headings summary").click()
    page.get_by_label("2.1 农业标准化工程").fill("Farm standards")
    page.get_by_label("2.1 农业标准化工程").blur()
    file = me.save(tmp_path)
    told = json.loads(file.read_text(encoding="utf-8"))
    assert [d["quote"] for d in told["decisions"]] == ["山县", "35项", "26个"]
    assert told["sections"] == {"2.1": "Farm standards"}
    page.close()
    again = reader(context=page.context)
    assert again.locator("#progress-words").inner_text() == decided
    assert Person(again).save(tmp_path).read_bytes() == file.read_bytes()
    # Somebody else, who has the file only.
    other = reader()
    assert other.locator("#progress-words").inner_text() != decided
    other.locator("#file").set_input_files(file)
    other.wait_for_function(
        "words => document.getElementById('progress-words').innerText === words", arg=decided
    )
    (tmp_path / "two").mkdir()
    assert Person(other).save(tmp_path / "two").read_bytes() == file.read_bytes()
    (tmp_path / "no.json").write_text("{}", encoding="utf-8")
    other.locator("#file").set_input_files(tmp_path / "no.json")
    other.get_by_text("This file has no decisions on this text.").wait_for()


def test_undoing_all_leads_back_to_the_beginning(reader):
    page = reader()
    me = Person(page)
    shown = page.locator("#rows").inner_text()
    me.press("a", "Escape", "2", "t", "c", "r", "x", "n")
    page.keyboard.insert_text("标准引领")
    me.press("Enter", "Escape", "d")
    assert page.locator("#rows").inner_text() != shown
    me.press(*["u"] * 20)
    assert me.told() == "Nothing to undo."
    assert page.locator("#rows").inner_text() == shown


def test_single_keys_can_be_switched_off(reader):
    page = reader()
    me = Person(page)
    me.press("?")
    page.get_by_label("Single keys act").uncheck()
    me.press("Escape")
    first = me.quote()
    me.press("j", "a")
    assert me.quote() == first
    page.reload()
    me.press("j")
    assert me.quote() == first


def test_keys_do_nothing_while_one_writes(reader):
    page = reader()
    me = Person(page)
    me.press("e")
    page.locator("#field-note").focus()
    page.keyboard.type("a r j u s ? 1")
    assert page.locator("#field-note").input_value() == "a r j u s ? 1"
    assert page.locator("dialog[open]").count() == 0
    me.press("Escape")
    assert me.focus() == "panel"
    assert me.undecided() == page.locator("#rows tr").count()


def test_a_long_document_is_walked_through(reader, tmp_path):
    source = tmp_path / "long.txt"
    lines = [f"到2025年，制定地方标准{n}项。" for n in range(11, 311)]
    source.write_text("一、目标\n" + "\n".join(lines), encoding="utf-8")
    home = new(tmp_path / "study")
    about = {"title_zh": "长计划", "jurisdiction": "china", "kind": "plan", "issued_on": "2021"}
    draft(source, home, doc_id="ab-long", about=about)
    page = reader(home, "ab-long")
    assert page.locator("#rows tr").count() == 300
    me = Person(page)
    me.press(*["a"] * 300)
    assert me.undecided() == 0
    assert page.locator("#progress-words").inner_text().startswith("300 of 300 decided")
    file = me.save(tmp_path)
    assert run("accept", file, "--study", home) == 0
    assert len(sp.load("targets", home / "data")) == 300


# --- everyone -------------------------------------------------------------------------------------


def test_both_languages_say_everything(reader):
    page = reader(locale="zh-CN")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.title() == f"审阅：{drafted.TITLE}"
    assert page.locator("#progress-words").inner_text().startswith("共 ")
    assert page.get_by_role("button", name="采纳 a").is_visible()
    assert page.get_by_label("指标 *").is_visible()
    shown = """t => [...t.querySelectorAll('label, button, th, legend')]
      .filter(e => e.checkVisibility()).map(e => e.innerText)"""
    words = page.locator("main").evaluate(shown)
    assert [word for word in words if re.search("[A-Za-z]{3}", word)] == []
    page.get_by_role("button", name="English").click()
    assert page.title() == f"Review: {drafted.ABOUT['title_en']}"
    words = page.locator("main").evaluate(shown)
    assert [w for w in words if re.search("[\u4e00-\u9fff]", w)] == []
    assert page.get_by_role("button", name="Accept a").is_visible()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, {"width": 320, "height": 568}])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_the_page_does_not_scroll_sideways(reader, viewport, locale):
    page = reader(viewport=viewport, locale=locale)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(reader, scheme):
    page = reader(color_scheme=scheme)
    me = Person(page)
    me.go("35项")
    me.press("a", "3", "e")
    page.locator("#field-indicator").select_option("")
    me.press("Escape", "a")
    tried = (
        "#text; mark; mark.accepted; mark.rejected; mark.at; .facts; #progress-words; "
        ".buttons .main; .steps button; #quote; #state; #where; .told; .field label; "
        ".field .needed; .field .fault; .field input; .field select; legend; .kinds label; "
        "#rows td; #rows button; footer p"
    )
    assert [name for name, ratio in contrasts(page, tried).items() if ratio < 4.5] == []


def test_states_differ_without_colour(reader):
    page = reader()
    me = Person(page)
    me.go("35项")
    me.press("a", "3")
    signs = page.evaluate(
        "[...document.querySelectorAll('#text mark')].slice(0, 3).map(m => m.dataset.sign)"
    )
    assert signs == ["O\u2060✓", "X\u2060✗", "O"]
    lines = page.evaluate(
        "[...document.querySelectorAll('#text mark')].slice(0, 3)"
        ".map(m => getComputedStyle(m).borderBottomStyle)"
    )
    assert lines == ["solid", "dashed", "dotted"]


def test_names_that_a_screen_reader_tells(reader):
    page = reader()
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("region", name="Text").count() >= 1
    assert page.get_by_role("group", name="What it is").get_by_role("radio").count() == 4
    assert page.get_by_role("progressbar").count() == 1
    number = page.locator("#rows tr").count()
    assert page.get_by_role("rowheader").count() == number
    for name in ("jurisdiction", "indicator", "bound"):
        assert page.get_by_role("combobox", name=name, exact=True).count() == 1
    assert page.get_by_role("button", name="New entry: indicator").count() == 1
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("#fields input, #fields select")]
          .filter((e) => !e.labels.length).map((e) => e.id)"""
    )
    assert unnamed == []
    Person(page).press("j")
    assert page.locator("#now").text_content().startswith(f"2/{number} ")
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()


def test_on_paper_there_is_the_text_and_a_list_of_all(reader):
    page = reader()
    page.emulate_media(media="print")
    assert page.locator("#panel").is_hidden()
    assert page.locator("[data-do=save]").is_hidden()
    assert page.locator("#rows tr").last.is_visible()
    pane = "document.getElementById('text')"
    assert page.evaluate(f"getComputedStyle({pane}).overflowY") == "visible"
    assert page.evaluate(f"{pane}.scrollHeight <= {pane}.clientHeight + 2")


def test_without_script_the_page_says_what_it_needs(reader):
    page = reader(java_script_enabled=False)
    assert page.get_by_text("This page needs JavaScript.").is_visible()
    assert page.get_by_text("本页需要启用 JavaScript。").is_visible()
