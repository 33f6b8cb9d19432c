// Draws every chart of a page from the option beside it. The option is data: colours are names of style-sheet tokens and formatters
// are names from the list below. No text of it ever becomes markup or code.
(() => {
  'use strict';
  if (!window.echarts) return;
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const formatters = {
    int: (v) => Number(v).toLocaleString('en-GB'),
    abs: (v) => Math.abs(Number(v)).toLocaleString('en-GB'),
    month: (v) => {
      const d = new Date(v);
      return d.getMonth() === 0 ? String(d.getFullYear()) : months[d.getMonth()];
    },
    name: (p) => p.name || '',
    block: (p) => p.name || '',
    count: (p) => String(p.value[2]),
  };
  const day = (v) => {
    const d = new Date(v);
    return `${d.getDate()} ${months[d.getMonth()]} ${d.getFullYear()}`;
  };
  const colourKeys = new Set(['color', 'borderColor', 'backgroundColor']);

  function token(name, style) {
    return style.getPropertyValue(`--bw-${name}`).trim() || '#505a5f';
  }

  // resolve copies an option with tokens and formatters put in place; text under any other key is left as it came.
  function resolve(value, style, key) {
    if (Array.isArray(value)) return value.map((v) => resolve(v, style, key));
    if (value && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolve(v, style, k)]));
    }
    if (typeof value === 'string') {
      if (colourKeys.has(key) && value.startsWith('token:')) return token(value.slice(6), style);
      if (key === 'formatter') return formatters[value.replace(/^fn:/, '')];
    }
    return value;
  }

  // The tooltip is drawn on the canvas, as rich text, because the content policy allows no inline style; braces would be read as its
  // markup, so they are replaced.
  const clean = (s) => String(s).replace(/[{}|]/g, ' ');
  function tooltip(params) {
    const list = (Array.isArray(params) ? params : [params]).filter((p) => p.seriesName && !/^Usual, from|^series/.test(p.seriesName));
    if (!list.length) return '';
    const first = list[0];
    const head = first.axisType === 'xAxis.time' ? `Week of ${day(first.axisValue)}` : first.axisValueLabel || first.name || '';
    const lines = [];
    for (const p of list) {
      const v = Array.isArray(p.value) ? p.value[1] : p.value;
      if (v === null || v === undefined) continue;
      lines.push(p.componentSubType === 'scatter' && p.name ? clean(p.name) : `${clean(p.seriesName)}: ${Number(v).toLocaleString('en-GB', { maximumFractionDigits: 1 })}`);
    }
    return [clean(head), ...new Set(lines)].join('\n');
  }

  const drawn = new Map();

  // fit shortens what is written in a stretch of time to what it can hold at this width, and lanes' titles to the chart's width.
  function fit(option, width) {
    const x = (option.xAxis || [])[0];
    const from = x && x.min && new Date(x.min);
    const span = from && new Date(x.max) - from;
    for (const s of option.series || []) {
      for (const pair of (s.markArea && s.markArea.data) || []) {
        if (!pair[0].name || !span || x.type !== 'time') continue;
        const px = ((new Date(pair[1].coord[0]) - new Date(pair[0].coord[0])) / span) * (width - 48) - 10;
        if (pair[0].name.length * 6.4 > px) pair[0].name = pair[0].short && pair[0].short.length * 8 <= px + 6 ? pair[0].short : '';
      }
    }
    for (const t of Array.isArray(option.title) ? option.title : []) {
      t.textStyle = { ...t.textStyle, width: width - 40, overflow: 'truncate' };
    }
  }

  function draw(el) {
    const style = getComputedStyle(document.documentElement);
    const option = resolve(JSON.parse(el.dataset.option), style);
    fit(option, el.clientWidth);
    const font = style.getPropertyValue('--bw-font').trim();
    option.textStyle = { fontFamily: font };
    option.animation = false;
    option.tooltip = { ...option.tooltip, renderMode: 'richText', confine: true, backgroundColor: token('raised', style), borderColor: token('strong', style), borderWidth: 1,
      textStyle: { color: token('ink', style), fontFamily: font, fontSize: 13, lineHeight: 19 }, formatter: tooltip };
    for (const s of option.series || []) {
      if (s.type === 'sankey') Object.assign(s, { emphasis: { focus: 'adjacency' }, draggable: false, nodeGap: 10, right: Math.min(Number(s.right), el.clientWidth * 0.42), label: { ...s.label, fontFamily: font, textBorderWidth: 0 } });
    }
    if (option.legend && option.legend.show && el.clientWidth < 520) option.grid[0].top = 66;
    if (option.legend) option.legend = { ...option.legend, textStyle: { color: token('ink', style), fontFamily: font }, itemWidth: 18, itemHeight: 12, itemGap: 16 };
    if (el.dataset.zoom === 'on') {
      // The slider takes room at the bottom, and the chart makes it.
      for (const g of [].concat(option.grid || [])) g.bottom = (Number(g.bottom) || 8) + 34;
      option.dataZoom = [{ type: 'slider' }, { type: 'inside' }];
    }
    for (const z of option.dataZoom || []) {
      if (z.type === 'slider') {
        Object.assign(z, { bottom: 4, height: 22, left: 36, right: 12, borderColor: token('line', style), textStyle: { color: token('dim', style) }, labelFormatter: [].concat(option.xAxis || [])[0]?.type === 'time' ? (v) => day(v) : undefined,
          fillerColor: 'rgba(70,131,189,.16)', handleStyle: { color: token('paper', style), borderColor: token('strong', style) }, dataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } } });
      } else {
        Object.assign(z, { zoomOnMouseWheel: 'ctrl', moveOnMouseMove: true });
      }
    }
    let chart = drawn.get(el);
    if (!chart) {
      el.style.height = `${el.dataset.height}px`;
      chart = window.echarts.init(el, null, { renderer: 'canvas' });
      drawn.set(el, chart);
    }
    chart.setOption(option, true);
    el.dataset.drawn = 'yes';
    tools(el, chart);
  }

  // Every chart can be zoomed by its own button, and taken away as a picture; the rows and the drawing are links beside it.
  function zoomable(option) {
    const axes = [].concat(option.xAxis || []);
    return axes.length && (axes[0].type === 'time' || axes[0].type === 'value' || axes[0].type === 'category') && !(option.dataZoom || []).length && !(option.series || []).some((s) => s.type === 'sankey');
  }
  function tools(el, chart) {
    const foot = el.parentElement.querySelector('.bw-figure__foot');
    if (!foot || foot.querySelector('[data-png]')) return;
    const button = (text, name, act) => {
      const b = document.createElement('button');
      b.type = 'button';
      b.className = 'bw-quiet';
      b.dataset[name] = '';
      b.textContent = text;
      b.addEventListener('click', act);
      foot.append(b);
      return b;
    };
    button('Picture (PNG)', 'png', () => {
      const link = document.createElement('a');
      const paper = getComputedStyle(document.documentElement).getPropertyValue('--bw-chart-paper').trim() || '#fff';
      link.href = chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: paper });
      link.download = `bellwether_${el.dataset.name || 'chart'}.png`;
      link.click();
    });
    if (!zoomable(JSON.parse(el.dataset.option))) return;
    const zoom = button('Zoom', 'zoom', () => {
      const on = el.dataset.zoom === 'on';
      el.dataset.zoom = on ? '' : 'on';
      zoom.setAttribute('aria-pressed', String(!on));
      draw(el);
    });
    zoom.setAttribute('aria-pressed', 'false');
  }

  const all = [...document.querySelectorAll('.bw-chart[data-option]')];
  all.forEach((el) => { el.style.height = `${el.dataset.height}px`; });
  const eager = new IntersectionObserver((entries) => {
    for (const e of entries) {
      if (e.isIntersecting) {
        eager.unobserve(e.target);
        draw(e.target);
      }
    }
  }, { rootMargin: '400px' });
  all.forEach((el) => eager.observe(el));

  const redraw = () => drawn.forEach((_, el) => draw(el));
  // Each chart follows its own box: the window, the zoom and the medium all change it.
  const sizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const chart = drawn.get(target);
      if (!chart || !contentRect.width || Math.abs(chart.getWidth() - contentRect.width) < 1) continue;
      chart.resize();
      draw(target);
    }
  });
  all.forEach((el) => sizes.observe(el));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  addEventListener('beforeprint', () => {
    document.documentElement.dataset.theme = 'light';
    all.forEach(draw);
  });
  addEventListener('afterprint', () => {
    delete document.documentElement.dataset.theme;
    redraw();
  });
})();
