// Resolves an option's names as the browser's script does, and gives the drawing as text. Formatters are those of static/charts.js.
(function () {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const formatters = {
    int: (v) => String(Math.round(Number(v) * 10) / 10).replace(/\B(?=(\d{3})+(?!\d))/g, ','),
    abs: (v) => formatters.int(Math.abs(Number(v))),
    month: (v) => {
      const d = new Date(v);
      return d.getUTCMonth() === 0 ? String(d.getUTCFullYear()) : months[d.getUTCMonth()];
    },
    name: (p) => p.name || '',
    block: (p) => p.name || '',
    count: (p) => String(p.value[2]),
  };
  const colourKeys = { color: true, borderColor: true, backgroundColor: true };
  return function (text, colours, width, height) {
    function resolve(value, key) {
      if (Array.isArray(value)) return value.map((v) => resolve(v, key));
      if (value && typeof value === 'object') {
        const out = {};
        for (const k of Object.keys(value)) out[k] = resolve(value[k], k);
        return out;
      }
      if (typeof value === 'string') {
        if (colourKeys[key] && value.startsWith('token:')) return colours[value.slice(6)] || '#505a5f';
        if (key === 'formatter') return formatters[value.replace(/^fn:/, '')];
      }
      return value;
    }
    const option = resolve(JSON.parse(text), '');
    option.animation = false;
    option.textStyle = { fontFamily: 'Inter, Arial, sans-serif' };
    option.backgroundColor = colours['chart-paper'] || '#ffffff';
    delete option.tooltip;
    delete option.dataZoom;
    const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: width, height: height });
    chart.setOption(option);
    const out = chart.renderToSVGString();
    chart.dispose();
    return out;
  };
})();
