// 助残: what pages gain with JavaScript. Without it every form still sends and every link still leads.
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const number = (value) => value.toLocaleString("zh-CN");

  // Said once, politely. The region is emptied first so that the same words are said again.
  let waiting;
  const announce = (words) => {
    const region = document.getElementById("announce");
    if (!region || !words) return;
    region.textContent = "";
    clearTimeout(waiting);
    waiting = setTimeout(() => { region.textContent = words; }, 150);
  };
  const say = (title, words, kind) => {
    const region = document.getElementById("messages");
    if (!region) return;
    const box = document.createElement("div");
    const line = document.createElement("p");
    const strong = document.createElement("strong");
    box.className = `notice ${kind}`;
    strong.textContent = `${title}：`;
    line.append(strong, words);
    box.append(line);
    region.replaceChildren(box);
  };

  // Focus goes to a place and the place can take it.
  const focusOn = (node) => {
    if (!node) return;
    if (!node.matches("a[href], button, input, select, textarea, summary, [tabindex]")) node.tabIndex = -1;
    node.focus();
  };

  // Lists: keys work only while focus is inside, and only where the user wants them.
  const rowOf = (node) => node.closest("[data-keys] tbody tr, [data-keys] > li");
  const main = (row) => row.querySelector("[data-open], th a, a[href]") || row.querySelector("input, button");
  const step = (row, by) => {
    let next = row[by];
    while (next && !main(next)) next = next[by];
    if (next) main(next).focus();
  };
  const actions = {
    j: (row) => step(row, "nextElementSibling"),
    k: (row) => step(row, "previousElementSibling"),
    o: (row) => row.querySelector("[data-open], th a, a[href]")?.click(),
    a: (row) => row.querySelector("[data-act]")?.click(),
    x: (row) => row.querySelector("input[type=checkbox]")?.click(),
    "?": () => document.getElementById("shortcuts")?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (root.dataset.shortcuts === "off" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const target = event.target;
    if (!(target instanceof Element) || target.matches("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])")) return;
    const row = rowOf(target);
    const action = actions[event.key];
    if (!action || !target.closest("[data-keys]")) return;
    if (!row && event.key !== "?") return;
    event.preventDefault();
    action(row);
  });

  // Selection: how many, and all of the page at once.
  const boxes = (form) => [...form.elements].filter((one) => one.type === "checkbox" && one.name !== "" && !one.closest("[data-bulk]"));
  const count = (form, aloud) => {
    const given = boxes(form);
    const chosen = given.filter((one) => one.checked).length;
    all("[data-selected]", form).forEach((one) => { one.textContent = ` ${number(chosen)} 条`; });
    const every = document.querySelector(`[data-every="${form.id}"]`);
    if (every) {
      every.checked = given.length > 0 && chosen === given.length;
      every.indeterminate = chosen > 0 && chosen < given.length;
    }
    if (aloud) announce(`选中 ${number(chosen)} 条`);
  };
  const prepareSelection = (form) => {
    const first = boxes(form)[0];
    const head = first?.closest("table")?.querySelector("thead .pick");
    if (head && !head.querySelector("input")) {
      const label = document.createElement("label");
      const every = document.createElement("input");
      const words = document.createElement("span");
      every.type = "checkbox";
      every.dataset.every = form.id;
      words.className = "vh";
      words.textContent = "选择本页全部";
      label.append(every, words);
      head.replaceChildren(label);
    }
    count(form, false);
  };
  document.addEventListener("change", (event) => {
    const one = event.target;
    if (!(one instanceof HTMLInputElement) || one.type !== "checkbox") return;
    if (one.dataset.every) {
      const form = document.getElementById(one.dataset.every);
      boxes(form).forEach((box) => { box.checked = one.checked; });
      count(form, true);
    } else if (one.form?.matches("[data-bulk]")) count(one.form, true);
  });

  // A place to drop files; the control itself stays.
  const size = (bytes) => bytes >= 1048576 ? `${(bytes / 1048576).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
  const prepareDrop = (zone) => {
    const input = zone.querySelector("input[type=file]");
    const list = zone.querySelector(".chosen");
    if (!input || !list || zone.dataset.ready) return;
    zone.dataset.ready = "1";
    zone.querySelector(".drop-hint")?.removeAttribute("hidden");
    const show = () => {
      list.replaceChildren(...[...input.files].map((file) => {
        const item = document.createElement("li");
        item.textContent = `${file.name}，${size(file.size)}`;
        return item;
      }));
      list.hidden = input.files.length === 0;
      announce(`已选 ${input.files.length} 个文件`);
    };
    input.addEventListener("change", show);
    for (const kind of ["dragenter", "dragover"]) zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over"); });
    for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      const together = new DataTransfer();
      const dropped = [...event.dataTransfer.files];
      for (const file of input.multiple ? [...input.files, ...dropped] : dropped.slice(0, 1)) together.items.add(file);
      input.files = together.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  };

  // The menu of the top line closes like one.
  const menu = document.querySelector("[data-menu]");
  menu?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => { if (menu?.open && !menu.contains(event.target)) menu.open = false; });

  // A form is sent once. A form that answers with a file ([data-again]) may be sent again.
  const release = (form) => {
    delete form.dataset.sent;
    all("[aria-disabled]", form).forEach((one) => one.removeAttribute("aria-disabled"));
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[data-again]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      announce("已经在提交，请稍候");
      return;
    }
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-disabled", "true");
    announce("正在提交，请稍候");
    setTimeout(() => { if (event.defaultPrevented && !form.matches(".htmx-request")) release(form); }, 0);
  }, true);
  addEventListener("pageshow", () => all("form[data-sent]").forEach(release));

  // What was typed is not lost by a slip.
  document.addEventListener("input", (event) => event.target.form?.matches("[data-unsaved]") && (event.target.form.dataset.changed = "1"));
  addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-changed]:not([data-sent])")) event.preventDefault();
  });

  // Tables wider than the page can be scrolled with the keyboard, and say what they are.
  const prepareScroll = (box) => {
    const wide = box.scrollWidth > box.clientWidth + 1;
    const caption = box.querySelector("caption");
    if (!wide) { box.removeAttribute("tabindex"); box.removeAttribute("role"); box.removeAttribute("aria-labelledby"); return; }
    if (caption && !caption.id) caption.id = `${box.querySelector("table").id}-caption`;
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    if (caption) box.setAttribute("aria-labelledby", caption.id);
  };

  // htmx: focus is never lost, news is said once, failure is said in words.
  let focusBefore = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    focusBefore = event.detail.target.contains(document.activeElement) ? document.activeElement : null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const source = event.detail.requestConfig?.elt;
    const target = event.detail.elt;
    const wanted = target.closest?.("[data-focus-after]")?.dataset.focusAfter || source?.dataset?.focusAfter;
    if (wanted) focusOn(document.querySelector(wanted));
    else if (focusBefore && !focusBefore.isConnected && document.activeElement === document.body) {
      const same = focusBefore.id && document.getElementById(focusBefore.id);
      focusOn(same || (target.isConnected ? target : document.getElementById("main")));
    }
    focusBefore = null;
    prepare(target.isConnected ? target.parentElement || target : document);
    const news = target.matches?.("[data-announce]") ? target : target.querySelector?.("[data-announce]");
    if (news) announce(news.dataset.announce);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form");
    if (form) release(form);
  });
  document.addEventListener("htmx:responseError", () => say("没有办成", "服务器没有收下刚才这一步，什么也没有改变。请刷新页面再试；还不行，请告诉管理员。", "error"));
  for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => say("没有连上", "刚才这一步没有送到，什么也没有改变。请检查网络后再按一次。", "error"));
  document.addEventListener("announce", (event) => announce(event.detail?.value));

  const prepare = (within) => {
    all("[data-bulk]").forEach(prepareSelection);
    all("[data-drop]", within).forEach(prepareDrop);
    all("[data-scroll]", within).forEach(prepareScroll);
  };
  prepare(document);
  addEventListener("resize", () => all("[data-scroll]").forEach(prepareScroll));
  document.querySelector("[data-error-summary]")?.focus();
  all("[data-error-summary] a").forEach((link) => link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
    (document.querySelector(`label[for="${CSS.escape(field.id)}"]`) || field).scrollIntoView({ block: "center" });
  }));
})();
