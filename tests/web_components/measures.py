"""What is measured inside the browser, as JavaScript, and what axe may leave undecided."""

from __future__ import annotations

CONTRAST = """
() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
                          return canvas.getImageData(0, 0, 1, 1).data; };
  const light = colour => [0.2126, 0.7152, 0.0722].reduce((sum, share, i) => { const c = rgb(colour)[i] / 255;
      return sum + share * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4); }, 0);
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
      return (x + 0.05) / (y + 0.05); };
  const ground = node => { for (let one = node; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor; if (rgb(colour)[3] === 255) return colour; }
      return 'white'; };
  const found = [];
  for (const node of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(node);
    if (style.display === 'none' || node.closest('dialog:not([open]), noscript, title, desc')) continue;
    if (node.matches('input:not([type=checkbox], [type=radio], [type=file], [type=hidden]), select, button')) {
      const words = 'border of ' + node.outerHTML.slice(0, 60);
      found.push([ratio(style.borderTopColor, ground(node.parentElement)), words, 3]);
    }
    if (node.tagName === 'rect') { found.push([ratio(style.fill, ground(node)), 'bar', 3]); continue; }
    if (node.tagName === 'path') { found.push([ratio(style.stroke, ground(node)), 'line', 3]); continue; }
    if (![...node.childNodes].some(child => child.nodeType === 3 && child.data.trim())) continue;
    const colour = ['text', 'tspan'].includes(node.tagName) ? style.fill : style.color;
    found.push([ratio(colour, ground(node)), node.textContent.trim().slice(0, 20), 7]);
  }
  return found;
}
"""
"""Contrast of every text (7), of every border of a control and every bar (3), against the ground it stands on."""

CUT = """
() => [...document.querySelectorAll('p, a, button, td, th, label, legend, h1, h2, h3, dd, dt, summary, li')]
  .filter(node => node.offsetWidth && !node.closest('.vh, .skip, .pick') && !node.querySelector('.vh'))
  .filter(node => ['hidden', 'clip'].includes(getComputedStyle(node).overflowX)
                  && node.scrollWidth > node.clientWidth + 1)
  .map(node => node.textContent.trim().slice(0, 30))
"""
"""Texts of which a part cannot be seen."""

UNEXPLAINED = (
    ("color-contrast", 'aria-hidden="true"'),
    ("color-contrast-enhanced", 'aria-hidden="true"'),
    ("color-contrast", "<t"),
    ("color-contrast-enhanced", "<t"),
    ("identical-links-same-purpose", 'rel="next"'),
)
"""What axe leaves undecided and where: signs outside its tables, words inside a picture (both are measured by
``test_contrast_as_rendered``), and the same word 下一页 under two lists with two names."""
