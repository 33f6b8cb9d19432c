// Copies the pinned front-end packages into the folder that the binary embeds.
// Run by `make assets` after `npm ci`; it reads node_modules and writes dashboard/static/vendor and nothing else.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const modules = join(root, 'node_modules');
const vendor = join(root, 'dashboard', 'static', 'vendor');

// GOV.UK's own typeface and crest may only be used on gov.uk, so the style sheet is adapted on the way in.
function withoutGovukIdentity(css) {
  const out = css
    .replace(/@font-face\s*\{[^}]*\}/g, '')
    .replace(/["']?GDS Transport["']?\s*,\s*arial\s*,\s*sans-serif/gi, 'var(--bw-font)')
    .replace(/url\(\/assets\/[^)]*\)/g, 'none')
    .replace(/\/\*#\s*sourceMappingURL=[^*]*\*\//g, '');
  if (/GDS Transport/i.test(out) || /\/assets\//.test(out)) {
    throw new Error('govuk-frontend still names the GOV.UK typeface or crest: adapt withoutGovukIdentity');
  }
  return out;
}

const files = [
  { from: 'echarts/dist/echarts.min.js', to: 'echarts.min.js' },
  {
    from: 'govuk-frontend/dist/govuk/govuk-frontend.min.css',
    to: 'govuk-frontend.css',
    text: withoutGovukIdentity,
  },
  {
    from: '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
    to: 'inter-latin.woff2',
  },
  { from: '@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2', to: 'inter-latin-ext.woff2' },
];

function read(path) {
  try {
    return readFileSync(join(modules, path));
  } catch (err) {
    throw new Error(`${path} is missing from node_modules: run "npm ci" first (${err.code})`);
  }
}

function licence(name) {
  const pkg = JSON.parse(read(`${name}/package.json`));
  for (const file of ['LICENSE', 'LICENSE.txt', 'LICENCE']) {
    try {
      return `${name} ${pkg.version} (${pkg.license})\n\n${readFileSync(join(modules, name, file), 'utf8')}`;
    } catch {
      // Not every package names the file the same way; the licence's name is still recorded below.
    }
  }
  return `${name} ${pkg.version} (${pkg.license})\n`;
}

rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor, { recursive: true });

const sums = [];
for (const file of files) {
  let body = read(file.from);
  if (file.text) body = Buffer.from(file.text(body.toString('utf8')), 'utf8');
  writeFileSync(join(vendor, file.to), body);
  sums.push(`${createHash('sha256').update(body).digest('hex')}  ${file.to}`);
}
writeFileSync(join(vendor, 'SHA256SUMS'), sums.join('\n') + '\n');
writeFileSync(
  join(vendor, 'LICENCES.txt'),
  ['@fontsource-variable/inter', 'echarts', 'govuk-frontend', 'tslib', 'zrender'].map(licence).join('\n\n---\n\n'),
);
console.log(`assets: ${files.length} files in dashboard/static/vendor`);
