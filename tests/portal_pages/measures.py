"""What is measured inside the browser, as JavaScript: each gives a list of faults in words, empty where all is well."""

from __future__ import annotations

_SEEN = """
  const seen = node => node.checkVisibility({opacityProperty: true, visibilityProperty: true}) && !node.closest('.vh');
  const words = node => (node.labels?.[0]?.innerText || node.innerText || node.value || node.name || node.tagName)
    .trim().replace(/\\s+/g, ' ').slice(0, 30);
  const box = node => (node.matches('[type=radio], [type=checkbox]') && node.closest('.choices > div') || node)
    .getBoundingClientRect();
  const controls = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')].filter(seen);
"""

TARGETS = f"""
primary => {{ {_SEEN}
  return controls.filter(node => !node.matches('.skip')).flatMap(node => {{
    const {{width, height}} = box(node), least = node.matches('.main-button, .big, .choices input') ? primary : 44;
    return width < least - .5 || height < least - .5
      ? [`target of ${{Math.round(width)}} × ${{Math.round(height)}}, wanted ${{least}}: ${{words(node)}}`] : [];
  }}); }}
"""
"""Everything one can press: 44 px at least, its main ones as much as is asked (A10)."""

TYPE = f"""
least => {{ {_SEEN}
  const found = [];
  for (const node of document.body.querySelectorAll('*')) {{
    if (!seen(node) || ![...node.childNodes].some(child => child.nodeType === 3 && child.data.trim())) continue;
    const style = getComputedStyle(node), size = parseFloat(style.fontSize), told = words(node);
    if (size < least - .05) found.push(`text of ${{size}} px: ${{told}}`);
    if (!node.closest('h1, h2, h3, h4, svg') && parseFloat(style.lineHeight) < 1.5 * size - .1)
      found.push(`lines ${{style.lineHeight}} apart at ${{size}} px: ${{told}}`);
    const block = node.closest(
      'p, li, dt, dd, h1, h2, h3, h4, label, legend, td, th, summary, caption, span.note, div');
    if (block && !block.closest('svg, footer, .top')) {{
      const side = getComputedStyle(block), inner = block.clientWidth - parseFloat(side.paddingLeft)
        - parseFloat(side.paddingRight);
      if (inner / size > 38.1) found.push(`a line of ${{Math.round(inner / size)}} characters: ${{told}}`);
    }}
    if (style.textAlign === 'justify') found.push(`justified: ${{told}}`);
  }}
  return found; }}
"""
"""The size of every text, the distance of its lines, and how many characters a line can have (A11)."""

WIDTH = """
() => {
  const wide = document.documentElement.scrollWidth, seen = document.documentElement.clientWidth;
  const out = [...document.querySelectorAll('body *')]
    .filter(node => node.checkVisibility() && !node.closest('.vh, .skip, [role=region][tabindex]'))
    .filter(node => { const r = node.getBoundingClientRect(); return r.width && (r.right > seen + 1 || r.left < -1); });
  return [...(wide > seen ? [`${wide} px wide in ${seen}`] : []),
    ...out.slice(0, 3).map(node => `beyond the edge: ${node.outerHTML.slice(0, 80)}`)];
}
"""
"""Nothing scrolls sideways and nothing stands beyond the edge (A8)."""

FIXED = """
() => [...document.querySelectorAll('body *')]
  .filter(node => ['fixed', 'sticky'].includes(getComputedStyle(node).position))
  .map(node => `stands in the way: ${node.outerHTML.slice(0, 80)}`)
"""
"""Nothing covers the text at 400 %."""

STILL = """
() => [...document.querySelectorAll('*')].filter(node => { const s = getComputedStyle(node);
    return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0; })
  .map(node => `moves: ${node.outerHTML.slice(0, 80)}`)
  .concat([...document.querySelectorAll(
      'video, audio, marquee, [autoplay], img[src$=".gif"], meta[http-equiv=refresh]')]
    .map(node => `plays: ${node.outerHTML.slice(0, 80)}`))
"""
"""Nothing moves where people ask for stillness, and nothing plays or reloads by itself (A12)."""

OUTLINED = f"""
() => {{ {_SEEN}
  const alpha = colour => {{ const got = colour.match(/[\\d.]+/g); return got.length < 4 ? 1 : +got[3]; }};
  return controls.filter(node => node.matches('button:not(.quiet-button), a.main-button, select, textarea, input'))
    .filter(node => {{
      const shown = node.matches('[type=radio], [type=checkbox]') ? node.closest('.choices > div') || node : node;
      const style = getComputedStyle(shown);
      return parseFloat(style.borderTopWidth) < 1 || style.borderTopStyle === 'none'
        || alpha(style.borderTopColor) === 0;
    }}).map(node => `no outline in forced colours: ${{words(node)}}`); }}
"""
"""What one can press or fill has an outline where the system's colours replace ours (A12)."""

_LIGHT = """
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
                          return canvas.getImageData(0, 0, 1, 1).data; };
  const light = colour => [0.2126, 0.7152, 0.0722].reduce((sum, share, i) => { const c = rgb(colour)[i] / 255;
      return sum + share * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4); }, 0);
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
  const ground = node => { for (let one = node; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor; if (rgb(colour)[3] === 255) return colour; }
      return 'white'; };
"""

BOXES = f"""
() => {{ {_LIGHT}
  return [...document.querySelectorAll('.choices > div')]
    .map(node => [ratio(getComputedStyle(node).borderTopColor, ground(node)), node.innerText.trim().slice(0, 20)])
    .filter(([got]) => got < 3).map(([got, words]) => `contrast ${{got.toFixed(1)}} of the box around ${{words}}`); }}
"""
"""The boxes around answers are seen (A7)."""

FOCUS = f"""
() => {{ {_LIGHT} {_SEEN}
  const node = document.activeElement;
  if (node === document.body || node === document.documentElement) return null;
  const shown = node.closest('.choices > div') || node, faults = [];
  const styles = [node, shown].map(one => getComputedStyle(one));
  const style = styles.find(one => one.outlineStyle !== 'none' && parseFloat(one.outlineWidth) >= 2);
  if (!style) faults.push('focus is not seen');
  else if (ratio(style.outlineColor, ground(shown.parentElement)) < 3) faults.push('focus is faint');
  const r = shown.getBoundingClientRect();
  if (r.width < 1 || r.bottom < 0 || r.top > innerHeight) faults.push('focus is out of sight');
  if (node.matches('.skip') && (r.height < 44 || r.left < 0 || r.top < 0)) faults.push('the skip link is not seen');
  const all = [...document.querySelectorAll('*')];
  return {{at: all.indexOf(node), top: r.top + scrollY, left: r.left, bottom: r.bottom + scrollY, told: words(node),
           faults, skips: node.matches('.skip'), group: node.type === 'radio' ? node.name : ''}}; }}
"""
"""What has focus: where it stands, and what is wrong with how it is shown; null where nothing has (A2, A7)."""

STOPS = f"""
() => {{ {_SEEN}
  const all = [...document.querySelectorAll('*')];
  return controls.filter(node => !node.disabled).map(node =>
    ({{at: all.indexOf(node), told: words(node), group: node.type === 'radio' ? node.name : ''}})); }}
"""
"""What the keyboard must come to; of a group of radio buttons one."""

OUTLINE = """
() => {
  const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(n => n.checkVisibility())
    .map(n => +n.tagName[1]);
  const ids = [...document.querySelectorAll('[id]')].map(n => n.id), html = document.documentElement;
  const wrong = [];
  const holds = (bad, words) => { if (bad) wrong.push(words); };
  holds(levels.filter(n => n === 1).length !== 1, `${levels.filter(n => n === 1).length} headings h1`);
  const first = levels.indexOf(1);
  levels.slice(first).forEach((n, i, all) => holds(i && n > all[i - 1] + 1, `headings jump to h${n}`));
  const skip = document.body.firstElementChild;
  holds(!skip?.matches('a.skip[href="#main"]') || !document.getElementById('main'), 'the skip link is not first');
  holds(new Set(ids).size < ids.length, `ids twice: ${ids.filter((n, i) => ids.indexOf(n) !== i)}`);
  holds(html.innerHTML.includes('!!undefined'), 'an undefined variable');
  holds(!document.title.trim() || /^\\s*-/.test(document.title), `title “${document.title}”`);
  const odd = [...document.querySelectorAll('td, dd, p, li, h1, h2, label')].map(n => n.innerText.trim())
    .filter(t => /(^|\\s)(None|True|False|nan|undefined|null)(\\s|$)|\\{[{%]/.test(t));
  holds(odd.length, `words of the program: ${odd.slice(0, 2)}`);
  for (const table of document.querySelectorAll('table')) {
    holds(!table.caption?.innerText.trim(), 'a table without caption');
    holds([...table.querySelectorAll('th')].some(th => !th.scope), 'a heading of a table without scope');
  }
  for (const link of document.querySelectorAll('a[href^="#"]'))
    holds(link.hash.length > 1 && !document.getElementById(link.hash.slice(1)), `a link to nothing: ${link.hash}`);
  holds(document.querySelector('script, [onclick], [onpaste], [accesskey]'), 'a script');
  holds(document.querySelector('iframe, canvas, input[type=password], [src*=captcha], [id*=captcha]'),
        'something one must pass');
  return wrong;
}
"""
"""Headings, skip link, ids, tables, links within the page; nothing of the program, no script, no test to pass (A15,
A21, A25, A26)."""

PHONES = """
() => {
  const way = /写|文字|短信|微信|信|来窗口|当面|Text|text|write|Write|paper|letter/;
  return [...document.querySelectorAll('a[href^="tel:"]')].filter(link => {
      const around = link.closest('article, section, dl, main').innerText; return !way.test(around); })
    .map(link => `a phone number alone: ${link.innerText}`)
    .concat((document.querySelector('main').innerText.match(/\\b(1\\d{4}|0\\d{2,3}-?\\d{7,8}|1[3-9]\\d{9})\\b/g) || [])
      .filter(() => !way.test(document.querySelector('main').innerText)).map(n => `a phone number alone: ${n}`));
}
"""
"""Beside each phone number stands how the same is done in writing (A27)."""

ERROR = """
() => {
  const main = document.querySelector('main'), first = main.firstElementChild, wrong = [];
  const holds = (bad, words) => { if (bad) wrong.push(words); };
  holds(!/^(错误：|Error: )/.test(document.title), `title “${document.title}”`);
  holds(first?.id !== 'error-summary', `first in main is ${first?.outerHTML.slice(0, 60)}`);
  holds(document.activeElement?.closest('#error-summary') === null, 'the summary has no focus');
  const links = [...document.querySelectorAll('#error-summary a')];
  holds(!links.length, 'the summary has no link');
  for (const link of links) {
    const field = document.getElementById(link.hash.slice(1));
    holds(!field?.matches('input, select, textarea, button'), `${link.hash} is no field`);
    const told = (field?.getAttribute('aria-describedby') || '').split(' ')
      .map(id => document.getElementById(id)?.innerText);
    holds(field && !field.matches('button') && !told.some(text => text?.includes(link.innerText.trim())),
          `${link.hash} does not say what is wrong with it`);
    holds(field?.matches('input:not([type=radio], [type=checkbox]), select, textarea')
          && field.getAttribute('aria-invalid') !== 'true', `${link.hash} is not marked as wrong`);
  }
  return wrong;
}
"""
"""A page that says something is wrong says so first, has focus there, and leads to the field (A6)."""
