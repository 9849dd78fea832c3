// Deciding on the quantities of a document. Kept in the browser as one goes, saved to a file.
document.addEventListener("DOMContentLoaded", () => {
  const held = JSON.parse(document.getElementById("held").textContent);
  const $ = (id) => document.getElementById(id);
  const say = (en, zh) => (pageLanguage.chosen() === "zh" ? zh : en);
  const titled = (told) => say(told.en || told.zh, told.zh || told.en);
  const LEFT = "left_out";
  const KINDS = { t: "targets", o: "outcomes", i: "incentives", x: LEFT };
  const LETTER = { targets: ["T", "目"], outcomes: ["O", "果"], incentives: ["I", "励"], left_out: ["X", "不"] };
  const REASONS = held.fields[LEFT].find((field) => field.name === "reason").choices;
  const COPIED = ["jurisdiction", "indicator", "domain", "scope", "role", "stage", "action", "basis"];
  const KEPT = `stdpolicy-review:${held.doc_id}:${held.text_sha256.slice(0, 16)}`;
  const SINGLE = "stdpolicy-review-keys";
  const LONGEST_UNDO = 500;

  // --- places in the text and in the folded text --------------------------------------------------

  const folded = Array.from(held.folded);
  const places = new Int32Array(held.text.length + 1);
  for (let step = 0, at = 0; step < held.steps.length; step += 2) {
    for (let n = 0; n < held.steps[step]; n += 1, at += 1) {
      places[at + 1] = places[at] + held.steps[step + 1];
    }
  }

  /** First place in the text at or after which the folded text is that far. */
  function reaching(place) {
    let [low, high] = [0, places.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle] >= place) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Characters of the text for those of the folded text, without the white space around them. */
  const shown = (start, end) => [reaching(start + 1) - 1, reaching(end)];
  const quoteAt = (start, end) => folded.slice(start, end).join("");
  const fold = (words) => words.normalize("NFKC").replace(/[\p{Z}\p{C}]/gu, "");

  // --- what is decided ----------------------------------------------------------------------------

  const items = new Map();
  const entries = held.entries;
  const fresh = {}; // entries that were given on this page, by table
  const english = {}; // headings in English, by section
  const past = [];
  let order = [];
  let current = null;
  let keeps = true;

  function sectionAt(start, end) {
    let best = null;
    for (const one of held.sections) {
      if (one.start <= start && end <= one.end && (!best || one.end - one.start <= best.end - best.start)) {
        best = one;
      }
    }
    return best;
  }

  function drafted(proposal) {
    return {
      key: proposal.key,
      start: proposal.start,
      end: proposal.end,
      quote: proposal.quote,
      confidence: proposal.confidence,
      cue: proposal.cue,
      added: false,
      table: proposal.table,
      fields: { ...proposal.fields },
      decision: null,
      touched: false,
    };
  }

  const copyOf = (item) => ({ ...item, fields: { ...item.fields } });
  const tableOf = (item) => (item.decision === "reject" ? LEFT : item.table);

  /** Cells of the table that an item goes to; what one table calls unstated another calls unknown. */
  function cellsOf(item) {
    const cells = {};
    for (const field of held.fields[tableOf(item)]) {
      let value = item.fields[field.name] ?? "";
      if (field.name === "basis" && !field.choices.some(([choice]) => choice === value)) {
        value = tableOf(item) === "targets" ? "unstated" : "unknown";
      }
      cells[field.name] = value;
    }
    return cells;
  }

  function sort() {
    order = [...items.values()].sort((a, b) => a.start - b.start || a.end - b.end || (a.key < b.key ? -1 : 1)).map((item) => item.key);
  }

  function remember(item) {
    past.push(item ? { key: item.key, before: copyOf(item) } : null);
    if (past.length > LONGEST_UNDO) past.shift();
  }

  function keep() {
    const told = { items: [...items.values()].filter((item) => item.touched || item.added), fresh, english };
    try {
      localStorage.setItem(KEPT, JSON.stringify(told));
      keeps = true;
    } catch {
      if (keeps) tell(say("This browser keeps nothing for local files: save often.", "本浏览器不为本地文件保存进度，请随时保存。"));
      keeps = false;
    }
  }

  function recall() {
    let told = null;
    try {
      told = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    } catch {
      return;
    }
    for (const item of told?.items ?? []) {
      if (item.added || items.has(item.key)) items.set(item.key, item);
    }
    for (const [table, rows] of Object.entries(told?.fresh ?? {})) for (const row of rows) enter(table, row);
    Object.assign(english, told?.english ?? {});
  }

  function enter(table, row) {
    if (entries[table].some(([key]) => key === row.key)) return;
    entries[table].push([row.key, row.en, row.zh]);
    (fresh[table] ??= []).push(row);
  }

  // --- faults -------------------------------------------------------------------------------------

  const DATE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;

  function isDay(text) {
    if (!DATE.test(text)) return false;
    const [year, month = 1, day = 1] = text.split("-").map(Number);
    return new Date(Date.UTC(year, month - 1, day)).getUTCMonth() === month - 1;
  }

  function faultOf(field, value) {
    if (value === "") return field.required ? say("is needed", "必填") : "";
    if (field.choices && !field.choices.some(([choice]) => choice === value)) return say("choose one", "请选择");
    if (field.entries && !entries[field.entries].some(([key]) => key === value)) return say("is no entry", "无此条目");
    if (field.number && !/^\d+(\.\d+)?$/.test(value)) return say("digits only", "只填数字");
    if (field.date && !isDay(value)) return say("2020, 2020-06 or 2020-06-30", "填 2020、2020-06 或 2020-06-30");
    if (field.pattern && !field.quantities && !new RegExp(`^(?:${field.pattern})$`, "u").test(value)) {
      return say(`is not of the form ${field.pattern}`, `格式应为 ${field.pattern}`);
    }
    return "";
  }

  /** Faults of a row by field, as the schema and the rules on numbers have it. */
  function faultsOf(table, cells) {
    const faults = {};
    for (const field of held.fields[table]) {
      const fault = faultOf(field, cells[field.name] ?? "");
      if (fault) faults[field.name] = fault;
    }
    if ("bound" in cells && !faults.value_low && !faults.value_high) {
      const { value_low: low, value_high: high, bound } = cells;
      const [first, last] = [low, high].map((end) => (end === "" ? null : Number(end)));
      const need = (name, words) => (faults[name] ??= words);
      if (bound === "exact" || bound === "approx") {
        if (first === null) need("value_low", say("is needed", "必填"));
        else if (first !== last) need("value_high", say("repeats the low value", "与下限值相同"));
      } else if (bound === "at_least") {
        if (first === null) need("value_low", say("is needed", "必填"));
        if (last !== null) need("value_high", say("stays empty: open above", "应为空：上不封顶"));
      } else if (bound === "at_most") {
        if (last === null) need("value_high", say("is needed", "必填"));
        if (first !== null) need("value_low", say("stays empty: open below", "应为空：下不封底"));
      } else if (bound === "range" && (first === null || last === null || first >= last)) {
        need("value_high", say("above the low value", "应大于下限值"));
      }
      if (cells.unit === "%" && Math.max(first ?? 0, last ?? 0) > 100) need("unit", say("a share above 100 %", "比率超过 100 %"));
    }
    if ("part_of" in cells && Boolean(cells.part_of) !== Boolean(cells.part_relation)) {
      faults[cells.part_of ? "part_relation" : "part_of"] ??= say("belongs to the other", "两栏须同时填写");
    }
    for (const [early, late] of [["base_date", "due_date"], ["since_date", "as_of_date"], ["as_of_date", "reported_on"]]) {
      if (!cells[early] || !cells[late] || faults[early] || faults[late]) continue;
      const known = Math.min(cells[early].length, cells[late].length);
      if (cells[early].slice(0, known) > cells[late].slice(0, known)) {
        const before = held.fields[table].find((field) => field.name === early);
        faults[late] = say(`is before ${before.en}`, `早于${before.zh}`);
      }
    }
    return faults;
  }

  // --- the text -----------------------------------------------------------------------------------

  let marks = new Map();

  function drawText() {
    const cuts = new Set([0, held.text.length]);
    const starts = [];
    for (const key of order) {
      const item = items.get(key);
      const [from, to] = shown(item.start, item.end);
      starts.push([from, to, key]);
      cuts.add(from).add(to);
    }
    const heads = [];
    for (const one of held.sections) {
      if (one.level === 0) continue;
      const from = reaching(one.start + 1) - 1;
      const at = held.text.indexOf(one.title_zh, from);
      if (at >= 0 && at - from < 30) {
        heads.push([from, at + one.title_zh.length]);
        cuts.add(from).add(at + one.title_zh.length);
      }
    }
    const sorted = [...cuts].sort((a, b) => a - b);
    const pieces = document.createDocumentFragment();
    marks = new Map();
    let [next, head] = [0, 0];
    let open = [];
    for (let n = 0; n + 1 < sorted.length; n += 1) {
      const [from, to] = [sorted[n], sorted[n + 1]];
      while (next < starts.length && starts[next][0] <= from) open.push(starts[next++]);
      open = open.filter(([, end]) => end > from);
      while (head < heads.length && heads[head][1] <= from) head += 1;
      let piece = document.createTextNode(held.text.slice(from, to));
      if (open.length) {
        const mark = document.createElement("mark");
        mark.append(piece);
        mark.keys = open.map(([, , key]) => key);
        for (const key of mark.keys) {
          if (!marks.has(key)) marks.set(key, []);
          marks.get(key).push(mark);
        }
        piece = mark;
      }
      if (head < heads.length && heads[head][0] <= from) {
        const bold = document.createElement("b");
        bold.className = "heading";
        bold.append(piece);
        piece = bold;
      }
      pieces.append(piece);
    }
    $("text").replaceChildren(pieces);
    for (const key of order) drawMark(key);
  }

  const SIGNS = { accept: "✓", reject: "✗" };

  function drawMark(key) {
    const own = marks.get(key) ?? [];
    own.forEach((mark, n) => {
      // Of several quantities at one place the one at hand is shown.
      const item = items.get(mark.keys.includes(current) ? current : mark.keys.at(-1));
      mark.className = { accept: "accepted", reject: "rejected" }[item.decision] ?? "";
      if (item.decision === "accept" && item.table === LEFT) mark.className = "rejected";
      mark.classList.toggle("at", item.key === current);
      if (n === own.length - 1) {
        mark.dataset.sign = [say(...LETTER[tableOf(item)]), SIGNS[item.decision]].filter(Boolean).join("\u2060");
      }
    });
  }

  // --- the list -----------------------------------------------------------------------------------

  const rows = new Map();

  function nameOf(table, key) {
    const found = entries[table].find(([one]) => one === key);
    return found ? say(found[1], found[2]) : key;
  }

  function numberOf(cells) {
    const { value_low: low = "", value_high: high = "", unit = "", bound } = cells;
    const sign = { at_least: "≥ ", at_most: "≤ ", approx: "≈ " }[bound] ?? "";
    const value = bound === "range" ? `${low}–${high}` : low || high;
    return value ? `${sign}${value} ${unit}` : "";
  }

  const DECIDED = { accept: ["✓ accepted", "✓ 已采纳"], reject: ["✗ left out", "✗ 不编码"], none: ["· not decided", "· 未决定"] };

  function decidedWords(item) {
    if (item.decision === "accept" && item.table === LEFT) return say(...DECIDED.reject);
    return say(...DECIDED[item.decision ?? "none"]);
  }

  function drawRow(key) {
    const item = items.get(key);
    const row = rows.get(key);
    const cells = cellsOf(item);
    const reason = REASONS.find(([value]) => value === cells.reason);
    const what = tableOf(item) === LEFT ? (reason ? say(reason[1], reason[2]) : "") : nameOf("indicators", cells.indicator);
    const section = sectionAt(item.start, item.end);
    const texts = [
      decidedWords(item),
      titled(held.tables[tableOf(item)]),
      what,
      numberOf(cells),
      section ? section.section : "",
    ];
    row.className = item.decision ? "" : "undecided";
    row.classList.toggle("at", key === current);
    texts.forEach((text, n) => {
      const cell = row.cells[n + 2];
      if (cell.textContent !== text) cell.textContent = text;
    });
  }

  function drawRows() {
    rows.clear();
    const made = order.map((key, n) => {
      const row = document.createElement("tr");
      const number = document.createElement("td");
      const head = document.createElement("th");
      const go = document.createElement("button");
      number.className = "n";
      number.textContent = n + 1;
      go.type = "button";
      go.lang = "zh-CN";
      go.className = "only";
      go.textContent = items.get(key).quote;
      go.addEventListener("click", () => {
        select(key);
        $("panel").focus();
      });
      head.scope = "row";
      head.append(go);
      row.append(number, head, ...Array.from({ length: 5 }, () => document.createElement("td")));
      row.cells[4].className = "w";
      rows.set(key, row);
      return row;
    });
    $("rows").replaceChildren(...made);
    for (const key of order) drawRow(key);
  }

  function drawProgress() {
    let [accepted, left] = [0, 0];
    for (const item of items.values()) {
      if (item.decision === "reject" || (item.decision && item.table === LEFT)) left += 1;
      else if (item.decision) accepted += 1;
    }
    const all = items.size;
    $("progress").max = all || 1;
    $("progress").value = accepted + left;
    $("progress-words").textContent = say(
      `${accepted + left} of ${all} decided: ${accepted} accepted, ${left} left out`,
      `共 ${all} 个，已决定 ${accepted + left} 个：采纳 ${accepted} 个，不编码 ${left} 个`,
    );
  }

  // --- the quantity at hand -----------------------------------------------------------------------

  function option(value, words, chosen) {
    const made = document.createElement("option");
    made.value = value;
    made.textContent = words;
    made.selected = value === chosen;
    return made;
  }

  function optionsOf(field, value, item) {
    const made = [];
    if (!field.required || value === "" || !field.choices) made.push(option("", "—", value));
    if (field.choices) {
      for (const [choice, en, zh] of field.choices) made.push(option(choice, say(en, zh), value));
    } else if (field.entries) {
      for (const [key, en, zh] of entries[field.entries]) {
        made.push(option(key, say(`${en} · ${key}`, `${zh} · ${key}`), value));
      }
    } else if (field.targets) {
      for (const [id, quote, indicator] of held.targets) {
        made.push(option(id, `${id} · ${quote} · ${nameOf("indicators", indicator)}`, value));
      }
    } else {
      order.forEach((key, n) => {
        const other = items.get(key);
        if (key === item.key || !field.quantities.includes(tableOf(other))) return;
        const what = nameOf("indicators", other.fields.indicator ?? "");
        made.push(option(`@${key}`, `${n + 1} · ${other.quote} · ${what}`, value));
      });
    }
    if (value !== "" && !made.some((one) => one.value === value)) made.push(option(value, value, value));
    return made;
  }

  /** A field with its label; ``change`` is told the new value. */
  function control(field, value, prefix, item, change) {
    const box = document.createElement("div");
    const label = document.createElement("label");
    const listed = field.choices || field.entries || field.targets || field.quantities;
    const input = document.createElement(listed ? "select" : "input");
    box.className = "field";
    input.id = label.htmlFor = `${prefix}-${field.name}`;
    input.name = field.name;
    input.required = field.required;
    label.textContent = titled(field);
    label.title = titled(field.about);
    if (field.required) {
      const needed = document.createElement("span");
      needed.className = "needed";
      needed.textContent = " *";
      needed.ariaHidden = "true";
      label.append(needed);
    }
    if (listed) input.append(...optionsOf(field, value, item));
    else {
      input.value = value;
      input.autocomplete = "off";
      if (field.number) input.inputMode = "decimal";
    }
    input.addEventListener("change", () => change(input.value.trim()));
    const fault = document.createElement("span");
    fault.className = "fault";
    fault.id = `${input.id}-fault`;
    input.setAttribute("aria-describedby", fault.id);
    if (field.entries && prefix === "field") {
      const pair = document.createElement("div");
      const plus = document.createElement("button");
      pair.className = "with";
      plus.type = "button";
      plus.className = "plus";
      plus.textContent = "+";
      plus.ariaLabel = say(`New entry: ${field.en}`, `新条目：${field.zh}`);
      plus.addEventListener("click", () => askEntry(field.entries, change));
      pair.append(input, plus);
      box.append(label, pair, fault);
    } else box.append(label, input, fault);
    return box;
  }

  function showFaults(box, prefix, faults) {
    let first = null;
    for (const input of box.querySelectorAll("input, select")) {
      const words = faults[input.name] ?? "";
      input.setAttribute("aria-invalid", String(Boolean(words)));
      $(`${prefix}-${input.name}-fault`).textContent = words;
      if (words) first ??= input;
    }
    return first;
  }

  function drawKinds(item) {
    const box = $("kinds");
    if (box.dataset.drawn !== pageLanguage.chosen()) {
      const made = Object.entries(KINDS).map(([letter, table]) => {
        const label = document.createElement("label");
        const radio = document.createElement("input");
        const key = document.createElement("kbd");
        radio.type = "radio";
        radio.name = "kind";
        radio.value = table;
        radio.addEventListener("change", () => change(items.get(current), (now) => become(now, table)));
        key.textContent = letter;
        label.append(radio, ` ${titled(held.tables[table])} `, key);
        return label;
      });
      box.replaceChildren(...made);
      box.dataset.drawn = pageLanguage.chosen();
    }
    for (const radio of box.querySelectorAll("input")) radio.checked = radio.value === tableOf(item);
  }

  function drawCurrent(anew = false) {
    if (anew) delete $("fields").dataset.drawn;
    const item = items.get(current);
    const box = $("current");
    box.hidden = !item;
    if (!item) {
      $("place").textContent = say("No quantity was found", "未发现数量");
      return;
    }
    const number = order.indexOf(current) + 1;
    $("place").textContent = say(`${number} of ${order.length}`, `第 ${number} 个，共 ${order.length} 个`);
    $("quote").textContent = item.quote;
    $("state").textContent = decidedWords(item);
    const section = sectionAt(item.start, item.end);
    const facts = [section ? `${section.section} ${section.title_zh}` : ""];
    if (item.added) facts.push(say("added by you", "由您添加"));
    else {
      const sure = Math.round(item.confidence * 100);
      const cue = item.cue ? say(`, because of “${item.cue}”`, `，依据“${item.cue}”`) : "";
      facts.push(say(`machine ${sure}% sure${cue}`, `机器把握 ${sure}%${cue}`));
    }
    $("where").textContent = facts.filter(Boolean).join(" · ");
    $("remove").hidden = !item.added;
    drawKinds(item);
    drawFields(item);
  }

  /** The fields of an item; those that are there already stay, so that the focus stays in them. */
  function drawFields(item) {
    const table = tableOf(item);
    const cells = cellsOf(item);
    const drawn = [item.key, table, pageLanguage.chosen()].join(" ");
    const box = $("fields");
    if (box.dataset.drawn !== drawn) {
      const made = held.fields[table].map((field) =>
        control(field, cells[field.name], "field", item, (value) => fill(item.key, field.name, value)),
      );
      box.replaceChildren(...made);
      box.dataset.drawn = drawn;
    }
    for (const field of held.fields[table]) {
      const input = $(`field-${field.name}`);
      const value = cells[field.name];
      if (input.options && ![...input.options].some((one) => one.value === value)) {
        input.replaceChildren(...optionsOf(field, value, item));
      }
      if (input.value !== value) input.value = value;
    }
    showFaults(box, "field", item.touched ? faultsOf(table, cells) : {});
  }

  function announceCurrent() {
    const item = items.get(current);
    if (!item) return;
    const number = order.indexOf(current) + 1;
    $("now").textContent = `${number}/${order.length} ${item.quote} ${titled(held.tables[tableOf(item)])} ${decidedWords(item)}`;
  }

  function tell(words) {
    $("told").textContent = words;
  }

  // --- doing --------------------------------------------------------------------------------------

  function select(key) {
    const before = current;
    current = key;
    if (before && items.has(before)) {
      drawMark(before);
      drawRow(before);
    }
    if (key) {
      drawMark(key);
      drawRow(key);
      const [mark] = marks.get(key) ?? [];
      const pane = $("text");
      if (mark) {
        const [own, frame] = [mark.getBoundingClientRect(), pane.getBoundingClientRect()];
        const space = frame.height / 5;
        if (own.top < frame.top + space || own.bottom > frame.bottom - space) {
          pane.scrollTop += own.top - frame.top - frame.height / 2.5;
        }
      }
    }
    drawCurrent(true);
    announceCurrent();
  }

  function redraw(item) {
    drawMark(item.key);
    drawRow(item.key);
    drawProgress();
    if (item.key === current) drawCurrent();
    keep();
  }

  function change(item, act) {
    remember(item);
    item.touched = true;
    act(item);
    redraw(item);
    announceCurrent();
  }

  function become(item, table) {
    item.table = table;
    item.decision = null;
  }

  function fill(key, name, value) {
    const item = items.get(key); // undoing puts another in its place
    change(item, () => {
      const fields = item.fields;
      fields[name] = value;
      // An exact number stands in both ends, an open end is empty.
      if (["bound", "value_low", "value_high"].includes(name)) {
        const only = name === "value_high" ? fields.value_high : fields.value_low || fields.value_high;
        if (fields.bound === "exact" || fields.bound === "approx") fields.value_low = fields.value_high = only;
        else if (fields.bound === "at_least" && name !== "value_high") [fields.value_low, fields.value_high] = [only, ""];
        else if (fields.bound === "at_most" && name !== "value_low") {
          [fields.value_low, fields.value_high] = ["", name === "bound" ? fields.value_high || fields.value_low : only];
        }
      }
      if (name === "reason") giveReason(item, value);
      if (item.decision === "accept" && Object.keys(faultsOf(tableOf(item), cellsOf(item))).length) item.decision = null;
    });
  }

  /** The words for a reason follow it unless they were written by hand. */
  function giveReason(item, value) {
    const known = REASONS.flatMap(([, en, zh]) => [en, zh]);
    const [, en, zh] = REASONS.find(([choice]) => choice === value) ?? [];
    if (!en) return;
    for (const [name, words] of [["reason_en", en], ["reason_zh", zh]]) {
      if (!item.fields[name] || known.includes(item.fields[name])) item.fields[name] = words;
    }
    item.fields.reason = value;
  }

  function move(step) {
    if (!order.length) return;
    const at = order.indexOf(current) + step;
    if (at >= 0 && at < order.length) select(order[at]);
  }

  function nextUndecided() {
    const at = order.indexOf(current);
    const key = [...order.slice(at + 1), ...order.slice(0, at + 1)].find((one) => !items.get(one).decision);
    if (key) select(key);
    else tell(say("Everything is decided. Save the decisions.", "已全部决定，请保存。"));
  }

  function accept() {
    const item = items.get(current);
    if (!item) return;
    const table = tableOf(item);
    const faults = faultsOf(table, cellsOf(item));
    if (Object.keys(faults).length) {
      const first = showFaults($("fields"), "field", faults);
      const names = held.fields[table].filter((field) => faults[field.name]);
      tell(say("Not yet: ", "尚缺：") + names.map((field) => `${titled(field)} (${faults[field.name]})`).join(say(", ", "、")));
      first?.focus();
      return;
    }
    change(item, () => {
      if (item.decision !== "reject") item.decision = "accept";
    });
    $("panel").focus();
    nextUndecided();
  }

  function reject(reason) {
    const item = items.get(current);
    if (!item) return;
    change(item, () => {
      item.decision = "reject";
      giveReason(item, reason ?? (item.fields.reason || "other"));
    });
    nextUndecided();
  }

  function undo() {
    const last = past.pop();
    if (!last) {
      tell(say("Nothing to undo.", "没有可撤销的操作。"));
      return;
    }
    if (last.before) items.set(last.key, last.before);
    else items.delete(last.key);
    sort();
    drawText();
    drawRows();
    drawProgress();
    keep();
    select(items.has(last.key) ? last.key : order[0] ?? null);
  }

  function selectedPlace() {
    const selection = getSelection();
    const text = $("text");
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return null;
    const before = document.createRange();
    before.selectNodeContents(text);
    const ends = [[range.startContainer, range.startOffset], [range.endContainer, range.endOffset]];
    const [from, to] = ends.map(([node, offset]) => {
      before.setEnd(node, offset);
      return places[before.toString().length];
    });
    return from < to ? [from, to] : null;
  }

  function add() {
    const place = selectedPlace();
    if (place) {
      getSelection().removeAllRanges();
      insert(...place);
    } else {
      $("words").value = "";
      seek();
      $("find").showModal();
    }
  }

  const NUMBER = /^(\d[\d,]*(?:\.\d+)?)(?:[-–—~至到](\d[\d,]*(?:\.\d+)?))?(\D*)$/;

  /** What a quote of plain digits says; others are read by the person. */
  function readNumber(quote) {
    const [, low = "", high = "", unit = ""] = NUMBER.exec(quote) ?? [];
    const [first, last] = [low, high || low].map((digits) => digits.replaceAll(",", ""));
    return { value_low: first, value_high: last, unit, bound: first === last ? "exact" : "range" };
  }

  function insert(start, end) {
    // A number that counts two things, as in 各15项, makes two rows.
    let key = `${start}-${end}`;
    for (let n = 2; items.has(key); n += 1) key = `${start}-${end}.${n}`;
    const same = [...items.values()].find((item) => item.start === start && item.end === end);
    if (same) tell(say("A second row for the same quantity.", "同一数量的另一行。"));
    const quote = quoteAt(start, end);
    const above = order.map((one) => items.get(one)).filter((item) => item.start < start).at(-1);
    const like = same ?? above;
    const table = like && like.table !== LEFT ? like.table : "targets";
    const fields = same ? { ...same.fields, indicator: "" } : { ...held.blank, ...readNumber(quote) };
    for (const name of ["commitment", "base_date", "base_date_source", "due_date", "year_source"]) {
      if (like?.table === table) fields[name] = like.fields[name];
    }
    past.push({ key, before: null });
    items.set(key, { key, start, end, quote, confidence: null, cue: "", added: true, table, fields, decision: null, touched: true });
    sort();
    drawText();
    drawRows();
    drawProgress();
    keep();
    select(key);
    edit();
  }

  function respan() {
    const item = items.get(current);
    const place = selectedPlace();
    if (!item || !place) {
      tell(say("Select the words in the text first.", "请先在原文中选择文字。"));
      return;
    }
    getSelection().removeAllRanges();
    remember(item);
    [item.start, item.end] = place;
    item.quote = quoteAt(...place);
    const read = readNumber(item.quote);
    if (read.value_low) Object.assign(item.fields, read);
    [item.touched, item.decision] = [true, null];
    sort();
    drawText();
    drawRows();
    drawProgress();
    keep();
    select(item.key);
  }

  function remove() {
    const item = items.get(current);
    if (!item?.added) return;
    remember(item);
    const at = order.indexOf(current);
    items.delete(current);
    sort();
    drawText();
    drawRows();
    drawProgress();
    keep();
    select(order[Math.min(at, order.length - 1)] ?? null);
  }

  function copyAbove() {
    const at = order.indexOf(current);
    if (at < 1) return;
    const [item, above] = [items.get(current), items.get(order[at - 1])];
    change(item, () => {
      for (const name of COPIED) if (above.fields[name]) item.fields[name] = above.fields[name];
    });
  }

  function edit() {
    const item = items.get(current);
    if (!item) return;
    const first = showFaults($("fields"), "field", faultsOf(tableOf(item), cellsOf(item)));
    (first ?? $("fields").querySelector("input, select"))?.focus();
  }

  // --- the file -----------------------------------------------------------------------------------

  function decisions() {
    const decided = order.map((key) => items.get(key)).filter((item) => item.decision);
    return {
      form: held.form,
      doc_id: held.doc_id,
      text_sha256: held.text_sha256,
      decisions: decided.map((item) => ({
        key: item.key,
        decision: item.decision,
        table: tableOf(item),
        start: item.start,
        end: item.end,
        quote: item.quote,
        fields: cellsOf(item),
      })),
      vocabulary: fresh,
      sections: english,
    };
  }

  function save() {
    const content = `${JSON.stringify(decisions(), null, 1)}\n`;
    const link = document.createElement("a");
    const address = URL.createObjectURL(new Blob([content], { type: "application/json" }));
    link.href = address;
    link.download = `${held.doc_id}.decisions.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
    const left = [...items.values()].filter((item) => !item.decision).length;
    tell(left ? say(`Saved; ${left} not decided yet.`, `已保存；尚有 ${left} 个未决定。`) : say("Saved.", "已保存。"));
  }

  async function open(file) {
    let told = null;
    try {
      told = JSON.parse(await file.text());
    } catch {
      told = null;
    }
    if (told?.form !== held.form || told.text_sha256 !== held.text_sha256) {
      tell(say("This file has no decisions on this text.", "该文件不含对本文的决定。"));
      return;
    }
    for (const [table, list] of Object.entries(told.vocabulary)) for (const row of list) enter(table, row);
    Object.assign(english, told.sections);
    for (const one of told.decisions) {
      const item = items.get(one.key) ?? {
        ...drafted({ ...one, confidence: null, cue: "", fields: held.blank }),
        added: true,
      };
      Object.assign(item, { start: one.start, end: one.end, quote: one.quote, decision: one.decision, touched: true });
      if (one.decision !== "reject") item.table = one.table;
      Object.assign(item.fields, one.fields);
      items.set(one.key, item);
    }
    past.length = 0;
    keep();
    begin();
  }

  // --- dialogs ------------------------------------------------------------------------------------

  let spots = [];
  let spot = 0;

  function seek() {
    const words = fold($("words").value);
    spots = [];
    if (words) {
      const width = Array.from(words).length;
      const text = folded.join("");
      // Places count characters; where all are of one unit of UTF-16 both counts agree.
      const count = text.length === folded.length ? (at) => at : (at) => Array.from(text.slice(0, at)).length;
      for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
        const start = count(at);
        spots.push([start, start + width]);
      }
      const from = items.get(current)?.start ?? 0;
      spot = Math.max(0, spots.findIndex(([start]) => start >= from));
    }
    drawSpot();
  }

  function drawSpot() {
    const box = $("found");
    if (!spots.length) {
      box.textContent = $("words").value ? say("The text does not have these words.", "原文中没有这些文字。") : "";
      return;
    }
    const [start, end] = spots[spot];
    const mark = document.createElement("mark");
    mark.textContent = quoteAt(start, end);
    box.replaceChildren(
      say(`Place ${spot + 1} of ${spots.length}: `, `第 ${spot + 1} 处，共 ${spots.length} 处：`),
      `…${quoteAt(Math.max(0, start - 18), start)}`,
      mark,
      `${quoteAt(end, end + 18)}…`,
    );
  }

  function another(step) {
    if (!spots.length) return;
    spot = (spot + step + spots.length) % spots.length;
    drawSpot();
  }

  let asked = null;

  function askEntry(table, give) {
    asked = { table, give };
    $("entry-title").textContent = say("New entry: ", "新条目：") + titled(held.tables[table]);
    $("entry-fields").replaceChildren(
      ...held.fields[table].map((field) => control(field, "", "entry", null, () => {})),
    );
    $("entry").showModal();
    $("entry-fields").querySelector("input, select").focus();
  }

  function giveEntry() {
    const row = {};
    for (const input of $("entry-fields").querySelectorAll("input, select")) row[input.name] = input.value.trim();
    const faults = faultsOf(asked.table, row);
    if (!faults.key && entries[asked.table].some(([key]) => key === row.key)) {
      faults.key = say("is there already", "已有此标识");
    }
    const first = showFaults($("entry-fields"), "entry", faults);
    if (first) {
      first.focus();
      return;
    }
    enter(asked.table, row);
    $("entry").close();
    asked.give(row.key);
    keep();
  }

  function drawHeadings() {
    const made = held.sections
      .filter((one) => one.level > 0)
      .map((one) => {
        const field = { name: one.section, en: `${one.section} ${one.title_zh}`, zh: `${one.section} ${one.title_zh}`, about: {} };
        const value = english[one.section] ?? (one.title_en === one.title_zh ? "" : one.title_en);
        return control(field, value, "heading", null, (words) => {
          if (words) english[one.section] = words;
          else delete english[one.section];
          keep();
        });
      });
    $("headings").replaceChildren(...made);
  }

  // --- keys and buttons ---------------------------------------------------------------------------

  const DO = {
    save,
    open: () => $("file").click(),
    help: () => $("help").showModal(),
    previous: () => move(-1),
    next: () => move(1),
    accept,
    reject: () => reject(),
    edit,
    undo,
    add,
    respan,
    remove,
  };
  const KEYS = {
    j: DO.next,
    k: DO.previous,
    ArrowDown: DO.next,
    ArrowUp: DO.previous,
    g: nextUndecided,
    a: accept,
    r: DO.reject,
    e: edit,
    u: undo,
    n: add,
    w: respan,
    d: remove,
    c: copyAbove,
    s: save,
    "?": DO.help,
  };

  function pressed(event) {
    const together = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (together && $("entry").open) {
      giveEntry();
      return;
    }
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    const within = event.target.closest("input, select, textarea");
    if (together) {
      event.preventDefault();
      document.activeElement.blur(); // what is being typed counts
      tell("");
      accept();
      return;
    }
    if (event.key === "Escape" && within) {
      within.blur();
      $("panel").focus();
      return;
    }
    if ((within && within.type !== "radio") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (within && event.key.startsWith("Arrow")) return;
    if (!$("single").checked && event.key !== "?") return;
    const reason = /^[1-9]$/.test(event.key) ? REASONS[event.key - 1] : null;
    const act = KEYS[event.key] ?? (reason && (() => reject(reason[0]))) ?? null;
    const kind = KINDS[event.key];
    if (!act && !kind) return;
    event.preventDefault();
    tell("");
    if (act) act();
    else if (items.has(current)) change(items.get(current), () => become(items.get(current), kind));
  }

  document.addEventListener("keydown", pressed);
  for (const button of document.querySelectorAll("[data-do]")) {
    // The selection in the text stays while a button is pressed.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      tell("");
      DO[button.dataset.do]();
    });
  }
  for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => $(button.dataset.close).close());
  }
  $("text").addEventListener("click", (event) => {
    const mark = event.target.closest("mark");
    if (mark && getSelection().isCollapsed) select(mark.keys.at(-1));
  });
  $("file").addEventListener("change", () => {
    if ($("file").files.length) open($("file").files[0]);
    $("file").value = "";
  });
  $("words").addEventListener("input", seek);
  $("words").addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    another(event.key === "ArrowDown" ? 1 : -1);
  });
  $("another").addEventListener("click", () => another(1));
  $("find-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!spots.length) return;
    $("find").close();
    insert(...spots[spot]);
  });
  $("entry-form").addEventListener("submit", (event) => {
    event.preventDefault();
    giveEntry();
  });
  try {
    $("single").checked = localStorage.getItem(SINGLE) !== "off";
  } catch {
    // keys act, then
  }
  $("single").addEventListener("change", () => {
    try {
      localStorage.setItem(SINGLE, $("single").checked ? "on" : "off");
    } catch {
      // for this visit only, then
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (!keeps) event.preventDefault();
  });

  // --- the page -----------------------------------------------------------------------------------

  function begin() {
    sort();
    drawText();
    drawRows();
    drawProgress();
    drawHeadings();
    select(order.find((key) => !items.get(key).decision) ?? order[0] ?? null);
  }

  $("needs").remove();
  for (const proposal of held.proposals) items.set(proposal.key, drafted(proposal));
  recall();
  begin();
  pageLanguage.whenChosen(() => {
    $("reasons").textContent = REASONS.map(([, en, zh], n) => `${n + 1} ${say(en, zh)}`).join(say(", ", "，"));
    for (const key of order) {
      drawMark(key);
      drawRow(key);
    }
    drawProgress();
    drawHeadings();
    drawCurrent();
  });
  pageLanguage.announce();
});
