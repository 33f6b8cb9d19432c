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

  // A one-time link's token is handed over in a form and leaves the address at once, so that no history keeps it.
  const link = document.querySelector('[data-link]');
  if (link && location.hash.length > 1) {
    link.elements.token.value = location.hash.slice(1);
    history.replaceState(null, '', location.pathname);
    link.submit();
  }

  // A session ends by itself: two minutes before, say so and offer to stay. Without this a form sent too late is kept on the server.
  const idle = document.querySelector('[data-idle]');
  if (idle) {
    const left = idle.querySelector('[data-idle-left]');
    const all = Number(idle.dataset.idle) * 1000;
    const warn = Math.min(120000, all / 2);
    let ends = Date.now() + all;
    setInterval(() => {
      const rest = ends - Date.now();
      if (rest > warn) return;
      left.textContent = rest > 60000 ? 'two minutes' : rest > 0 ? 'less than a minute' : 'this moment';
      if (!idle.open && rest > 0) idle.showModal();
    }, 5000);
    idle.querySelector('[data-idle-stay]').addEventListener('click', () => {
      fetch('/account/stay', { credentials: 'same-origin' }).then((r) => { if (r.ok) ends = Date.now() + all; });
    });
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

  // Providers as somebody types. What comes back is text and own addresses only, and is written as text.
  const box = document.getElementById('search');
  if (box) {
    const list = document.createElement('ul');
    list.id = 'search-list';
    list.className = 'bw-suggest';
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', 'Providers that fit');
    list.hidden = true;
    box.parentElement.append(list);
    for (const [k, v] of [['role', 'combobox'], ['aria-autocomplete', 'list'], ['aria-controls', list.id], ['aria-expanded', 'false']]) box.setAttribute(k, v);
    let timer = 0, asked = 0, at = -1;
    const close = () => {
      list.hidden = true;
      at = -1;
      box.setAttribute('aria-expanded', 'false');
      box.removeAttribute('aria-activedescendant');
    };
    const show = (found) => {
      list.replaceChildren(...found.filter((f) => f.link.startsWith('/providers/')).map((f, i) => {
        const item = document.createElement('li'), link = document.createElement('a'), more = document.createElement('span');
        item.id = `search-${i}`;
        item.setAttribute('role', 'option');
        link.href = f.link;
        link.tabIndex = -1;
        link.textContent = f.name;
        link.dir = 'auto';
        more.textContent = f.more;
        item.append(link, more);
        return item;
      }));
      list.hidden = !list.children.length;
      at = -1;
      box.setAttribute('aria-expanded', String(!list.hidden));
      box.removeAttribute('aria-activedescendant');
    };
    const choose = (to) => {
      const items = [...list.children];
      if (!items.length) return;
      at = (to + items.length) % items.length;
      items.forEach((el, i) => el.setAttribute('aria-selected', String(i === at)));
      box.setAttribute('aria-activedescendant', items[at].id);
    };
    box.addEventListener('input', () => {
      clearTimeout(timer);
      const typed = box.value.trim();
      if (typed.length < 2) { close(); return; }
      timer = setTimeout(async () => {
        const mine = ++asked;
        try {
          const answer = await fetch(`/providers/suggest?q=${encodeURIComponent(typed)}`, { headers: { Accept: 'application/json' } });
          if (answer.ok && mine === asked && box.value.trim() === typed) show(await answer.json());
        } catch { close(); }
      }, 120);
    });
    box.addEventListener('keydown', (e) => {
      if (list.hidden) return;
      if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
        e.preventDefault();
        choose(e.key === 'ArrowDown' ? at + 1 : at < 0 ? -1 : at - 1);
      } else if (e.key === 'Escape') close();
      else if (e.key === 'Enter' && at >= 0) {
        e.preventDefault();
        location.assign(list.children[at].querySelector('a').href);
      }
    });
    box.parentElement.addEventListener('focusout', (e) => { if (!box.parentElement.contains(e.relatedTarget)) close(); });
  }

  // Paper shows every table.
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details:not([open])')];
    opened.forEach((d) => { d.open = true; });
  });
  addEventListener('afterprint', () => opened.forEach((d) => { d.open = false; }));
})();
