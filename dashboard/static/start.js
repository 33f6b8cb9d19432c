// What every page gains from scripts: keys, and the sign that charts can be drawn. Pages are whole without it.
(() => {
  'use strict';
  document.documentElement.classList.add('bw-js');

  const dialog = document.querySelector('[data-keys]');
  const toggle = document.querySelector('[data-keys-on]');
  const opener = document.querySelector('[data-keys-open]');
  // Only this preference is kept in the browser: nothing of what is shown.
  const off = () => localStorage.getItem('bellwether-keys') === 'off';
  if (toggle) {
    toggle.checked = !off();
    toggle.addEventListener('change', () => localStorage.setItem('bellwether-keys', toggle.checked ? 'on' : 'off'));
  }
  if (opener && dialog) {
    opener.hidden = false;
    opener.addEventListener('click', () => dialog.showModal());
  }

  const rows = () => [...document.querySelectorAll('[data-row]')];
  function move(step) {
    const list = rows();
    if (!list.length) return;
    const here = list.findIndex((r) => r.hasAttribute('data-here'));
    const next = list[Math.min(list.length - 1, Math.max(0, here + step))];
    list.forEach((r) => r.removeAttribute('data-here'));
    next.setAttribute('data-here', '');
    const link = next.querySelector('a');
    if (link) link.focus();
    next.scrollIntoView({ block: 'nearest' });
  }

  document.addEventListener('keydown', (e) => {
    if (off() || e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, select, textarea, dialog')) return;
    if (e.key === '/') {
      const box = document.getElementById('search');
      if (box) {
        e.preventDefault();
        box.focus();
      }
    } else if (e.key === 'j') move(1);
    else if (e.key === 'k') move(-1);
    else if (e.key === '?' && dialog) dialog.showModal();
  });

  // Paper shows every table.
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details:not([open])')];
    opened.forEach((d) => { d.open = true; });
  });
  addEventListener('afterprint', () => opened.forEach((d) => { d.open = false; }));
})();
