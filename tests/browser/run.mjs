// SPDX-License-Identifier: GPL-3.0-or-later
// Every page of the sample house, four ways: wide, phone in the dark, without JavaScript, by keyboard.
// The list of pages is the program's own table of routes; for a route with parts (/people/:who) the
// first link to it that some page offers is taken, so a page nobody can reach fails too.
// SNUG_SAMPLE_IDS='{"who": 3}' names parts that no page links to. Prints TAP, pictures in out/browser/.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import * as noting from './noting.mjs';
import * as writing from './writing.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const snug = path.resolve(root, process.env.SNUG_BIN ?? 'out/release/snug');
const pictures = path.join(root, 'out/browser');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
const BROWSER = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
};
const WAYS = {
  wide: { viewport: { width: 1240, height: 840 } },
  phone: { viewport: { width: 390, height: 760 }, colorScheme: 'dark', hasTouch: true, isMobile: true },
  plain: { viewport: { width: 1240, height: 840 }, javaScriptEnabled: false },
  keyboard: { viewport: { width: 1240, height: 840 } },
};
const MOST_TABS = 400;
const DEEPER = ['/search?q=has:file', '/people?q=walter+finch'];
// what an invented house has none of: the story that opens it
const PLAYED = {
  '/health/unreadable/:event': 'tests/story/unreadable.story',
  '/public/:message': 'tests/story/public.story',
  '/public/:message/files/:of/:path*': 'tests/story/public.story',
  '/mailboxes/:box': 'tests/story/mailbox.story',
  '/in/by/:token*': 'tests/story/guests_test.py',
  '/stop/:token*': 'tests/story/stop_test.py',
  '/with/:message/files/:path*': 'tests/story/guests_test.py',
  '/circles/:circle': 'tests/story/circles_test.py',
  '/circles/:circle/change': 'tests/story/circles_test.py',
  '/circles/:circle/leave': 'tests/story/circles_test.py',
  '/circles/:circle/talk/:message': 'tests/story/circles_test.py',
  '/circles/join/:token*': 'tests/story/circles_test.py',
  '/me/facts/:fact': 'tests/story/me_test.py',
  '/me/receipts/:event': 'tests/story/me_test.py',
  '/me/by/:token*': 'tests/story/me_test.py',
  '/me/take/all.json': 'tests/story/me_test.py',
  '/me/take/letters.mbox': 'tests/story/me_test.py',
  '/talk/drafts/:draft': 'tests/browser/writing.mjs',
};
// what opens only with a letter that was just read: the story reads it, see PLAYED
const LETTERED = new Set(['/me/take/all.json', '/me/take/letters.mbox']);
const OPEN = '/live'; // never ends: openPages() has it

let count = 0, failed = 0;
function result(name, faults, notes = []) {
  count++;
  if (faults.length) failed++;
  console.log(`${faults.length ? 'not ok' : 'ok'} ${count} - ${name.replaceAll('#', '')}`);
  for (const line of [...faults, ...notes]) console.log(String(line).replace(/^/gm, '# '));
}

// ---- the house -----------------------------------------------------------------

const run = (house, ...words) => execFileSync(snug, ['-C', house, ...words], { encoding: 'utf8' });

function serve(house) {
  const child = spawn(snug, ['-C', house, 'serve', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`serve named no port:\n${said}`)), 15000);
    const listen = (chunk) => {
      said += chunk;
      const port = said.match(/127\.0\.0\.1:([1-9]\d*)/);
      if (port) { clearTimeout(timer); resolve({ child, base: `http://127.0.0.1:${port[1]}` }); }
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`serve ended with ${code}:\n${said}`)));
  });
}

// ---- which pages ---------------------------------------------------------------

// :who is one part of a path, of a number or (:name*) of any letters; :rest** is all that follows
const PART = /:(\w+)(\*{0,2})/g;
const pattern = (route) => new RegExp(
  `^${route.path.replace(/[.+]/g, '\\$&').replace(PART, (_, name, more) => (more === '**' ? '.+' : more ? '[^/]+' : '\\d+'))}$`);
const ids = JSON.parse(process.env.SNUG_SAMPLE_IDS ?? '{}');
const named = (route) => route.path.replace(PART, (all, part) => ids[part] ?? all);

// Who asks too often is told how long to wait, and waits.
async function patient(context, url, more = {}) {
  for (;;) {
    const answer = await context.request.get(url, more);
    if (answer.status() !== 429) return answer;
    await new Promise((done) => setTimeout(done, 1000 * Number(answer.headers()['retry-after'] ?? 1)));
  }
}

/* Follows links from the routes without parts until each route has an example. */
async function findPages(context, base, routes) {
  const example = new Map(), todo = [], seen = new Set();
  const take = (where) => {
    const url = new URL(where, base);
    if (url.origin !== base || seen.has(url.pathname)) return;
    const route = url.pathname !== OPEN && routes.find((r) => pattern(r).test(url.pathname));
    if (!route || example.has(route)) return;
    seen.add(url.pathname);
    example.set(route, url.pathname + url.search);
    todo.push(url.pathname + url.search);
  };
  for (const r of routes) if (!named(r).includes(':')) take(named(r));
  while (todo.length) {
    const answer = await patient(context, base + todo.shift(), { maxRedirects: 0 });
    if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) continue;
    const text = (await answer.text()).replaceAll('&amp;', '&');
    for (const m of text.matchAll(/<a\b[^>]*?\bhref="([^"#]+)/g)) take(m[1]);
  }
  for (const where of DEEPER) { // pages of pages: only some conversations have files, only some people facts
    const links = async (at) => [...(await (await patient(context, base + at)).text()).replaceAll('&amp;', '&')
      .matchAll(/<a\b[^>]*?\bhref="([^"#]+)/g)].map((m) => m[1]);
    const found = (await links(where)).filter((at) => /^\/(talk\/|people\/\d+$)/.test(at)).slice(0, 5);
    for (const at of found) for (const link of await links(at)) take(link);
  }
  return example;
}

// ---- looking at one page -------------------------------------------------------

function watch(page) {
  const faults = [];
  page.on('pageerror', (e) => faults.push(`page error: ${e.message}`));
  page.on('console', (m) => { if (m.type() === 'error') faults.push(`console: ${m.text()}`); });
  page.on('response', (r) => { if (r.status() >= 400) faults.push(`${r.status()} for ${new URL(r.url()).pathname}`); });
  page.on('requestfailed', (r) => new URL(r.url()).pathname === OPEN || faults.push(`failed: ${new URL(r.url()).pathname} ${r.failure()?.errorText}`));
  return faults;
}

async function audit(page) {
  await page.evaluate(axe);
  const found = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), TAGS);
  const line = (v) => `axe ${v.id} (${v.impact}): ${v.help}\n${v.nodes.slice(0, 4).map((n) => '    ' + n.html.slice(0, 160)).join('\n')}`;
  return { faults: found.violations.map(line), notes: found.incomplete.map((v) => `axe is unsure: ${v.id} (${v.nodes.length})`) };
}

/* Presses Tab until it comes round; every control must have been reached and shown that it was. */
async function tabThrough(page) {
  const faults = [];
  const wanted = await page.evaluate(() => {
    const open = (e) => !e.closest('[hidden], [inert], details:not([open]) > :not(summary)');
    const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')];
    return all.filter((e) => {
      if (e.disabled || e.tabIndex < 0 || !open(e) || !e.getClientRects().length) return false;
      if (e.type === 'radio') { // one stop for a group
        const group = all.filter((o) => o.type === 'radio' && o.form === e.form && o.name === e.name);
        if (e !== (group.find((o) => o.checked) ?? group[0])) return false;
      }
      e.dataset.stop = '1';
      return true;
    }).length;
  });
  // a page that puts the cursor into its search field begins there
  const placed = await page.evaluate(() => document.activeElement !== document.body);
  let first = null, reached = 0;
  for (let i = 0; i < Math.min(wanted + 25, MOST_TABS) && reached < wanted; i++) { // a date has stops of its own
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return null;
      const fresh = e.dataset.stop === '1';
      if (fresh) e.dataset.stop = '2';
      const s = getComputedStyle(e);
      const shown = (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
      return { fresh, shown, says: (e.textContent || e.name || e.tagName).trim().slice(0, 60), html: e.outerHTML.slice(0, 120) };
    });
    if (!at) continue;
    first ??= at;
    if (at.fresh) reached++;
    if (!at.shown) faults.push(`focus can't be seen on ${at.html}`);
  }
  if (wanted > MOST_TABS) return { faults, notes: [`${wanted} stops; looked at the first ${MOST_TABS}`] };
  if (reached < wanted) faults.push(`Tab reaches ${reached} of ${wanted} controls`);
  if (first && !placed && !/skip|content/i.test(first.says)) faults.push(`the first stop is no skip link but ${first.html}`);
  return { faults, notes: [] };
}

const overflow = (page) => page.evaluate(() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const wide = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > room + 1);
  return [`${document.documentElement.scrollWidth} px wide in ${room}`, ...wide.slice(-3).map((e) => '    ' + e.outerHTML.slice(0, 120))];
});

async function visit(browser, way, state, base, where) {
  const context = await browser.newContext({ ...WAYS[way], storageState: state });
  try {
    const page = await context.newPage();
    const faults = watch(page), notes = [];
    const answer = await page.goto(base + where, { waitUntil: 'load' });
    if (answer.status() !== 200) faults.push(`answered ${answer.status()}`);
    const title = await page.title(), headings = await page.locator('h1').count();
    if (!title) faults.push('no title');
    if (headings !== 1) faults.push(`${headings} first headings`);
    if (way === 'wide' || way === 'phone') {
      const more = await audit(page);
      faults.push(...more.faults);
      notes.push(...more.notes);
    }
    if (way === 'phone') faults.push(...await overflow(page));
    if (way === 'plain' && !(await page.locator('main').innerText()).trim()) faults.push('main is empty without JavaScript');
    if (way === 'keyboard') {
      const more = await tabThrough(page);
      faults.push(...more.faults);
      notes.push(...more.notes);
    } else {
      const name = where.replace(/^\//, '').replace(/[^\w.-]+/g, '-') || 'home';
      await page.screenshot({ path: path.join(pictures, `${name}.${way}.png`), fullPage: true });
    }
    return [faults, notes];
  } finally {
    await context.close();
  }
}

/* The sample house lets its guest in; a house without accounts asks the first who comes for a password. */
async function comeIn(context, base) {
  const page = await context.newPage();
  await page.goto(`${base}/`);
  const password = page.locator('input[type=password]');
  if (await password.count()) {
    await password.fill('a green kettle in the window');
    await page.locator('form', { has: password }).locator('button').click();
    await page.waitForURL((url) => url.pathname === '/');
  }
  await page.close();
}

// ---- open pages ----------------------------------------------------------------

const letter = (n, subject, words, answers = '') => `From ada@berg.example Mon Nov  2 10:00:00 2026
From: Ada Berg <ada@berg.example>
To: the.house@berg.example
Subject: ${subject}
Message-ID: <open${n}@berg.example>${answers ? `\nIn-Reply-To: <${answers}@berg.example>` : ''}
Date: ${new Date(Date.now() - 60000 + n * 1000).toUTCString()}

${words}

`;

function take(house, n, ...rest) {
  const file = path.join(house, `open${n}.mbox`);
  writeFileSync(file, letter(n, ...rest));
  run(house, 'import', file);
}

/* What comes stands on a page that is open, and what is being written there stays. */
async function openPages(browser, house, base, state) {
  const context = await browser.newContext({ storageState: state });
  const page = await context.newPage();
  const faults = watch(page);
  await page.goto(`${base}/talk`);
  take(house, 1, 'An open page', 'Is it seen?');
  let began = Date.now();
  await page.getByRole('link', { name: 'An open page' }).waitFor({ timeout: 10000 });
  result('a message taken in stands on an open page soon', [...faults,
    ...(Date.now() - began > 5000 ? [`after ${Date.now() - began} ms`] : [])], [`${Date.now() - began} ms after the command`]);

  await page.getByRole('link', { name: 'An open page' }).click();
  await page.getByText('More to do with this conversation').click();
  await page.locator('#kind').selectOption('problem');
  await page.locator('#kind').focus();
  await page.locator('summary').first().click();
  await page.locator('#kind').focus();
  take(house, 2, 'Re: An open page', 'And this as well?', 'open1');
  await page.getByText('And this as well?').waitFor({ timeout: 10000 });
  const kept = await page.locator('#kind').inputValue();
  const focus = await page.evaluate(() => document.activeElement?.id);
  const folded = await page.locator('details').first().evaluate((d) => d.open);
  result('what is being written stays, and so do focus and folds', [...faults,
    ...(kept === 'problem' ? [] : [`the choice is ${kept}`]), ...(focus === 'kind' ? [] : [`the focus is on ${focus}`]),
    ...(folded ? [] : ['what was open is folded'])]);

  await page.getByRole('button', { name: 'Say what it is' }).click();
  await page.getByText('This is a problem now.').waitFor({ timeout: 10000 });
  await page.waitForTimeout(1500); // the deed is said to this page too
  result('a notice is not taken away by it', await page.getByText('This is a problem now.').count() ? [] : ['it is gone']);
  await context.close();
}

// ---- the map --------------------------------------------------------------------

/* On the map of the house somebody is found by name, and from there written to and introduced. */
async function map(context, base) {
  const page = await context.newPage();
  const faults = watch(page);
  await page.goto(`${base}/map?house=1`);
  const box = page.locator('#map-find'), card = page.locator('.chosen');
  const names = await page.locator('#map-names option').evaluateAll((all) => all.map((o) => o.value));
  const [one, two] = names.slice(-2);
  if (names.length < 5) faults.push(`${names.length} people on it`);
  if (await page.locator('[data-map] svg').count()) faults.push('the drawing stands beside the canvas');
  await box.fill(one);
  await card.getByRole('link', { name: one }).waitFor({ timeout: 2000 });
  const id = (await card.getByRole('link', { name: one }).getAttribute('href')).split('/').pop();
  const write = await card.getByRole('link', { name: 'Write' }).getAttribute('href');
  if (write !== `/talk/new?to=${id}`) faults.push(`it is written to by ${write}`);
  faults.push(...(await audit(page)).faults, ...await overflow(page));
  await card.getByRole('button', { name: 'Introduce to somebody' }).click();
  await box.fill(two.toUpperCase());
  await box.press('Enter');
  await card.getByRole('link', { name: `Introduce ${one} to ${two}` }).click();
  const to = await page.locator('[name=to]').inputValue();
  if (to.split(',').length !== 2) faults.push(`the letter goes to ${to}`);
  await page.goto(`${base}/map?house=1`);
  const before = await page.locator('canvas').screenshot();
  await page.getByRole('button', { name: 'Nearer' }).click();
  await page.waitForTimeout(100);
  if (before.equals(await page.locator('canvas').screenshot())) faults.push('+ changes nothing');
  await page.close();
  return faults;
}

// ---- all of it -----------------------------------------------------------------

async function pages(browser, house, base) {
  const context = await browser.newContext();
  await comeIn(context, base);
  const state = await context.storageState();
  result('the owner comes in', state.cookies.length ? [] : ['there is no cookie of a session']);
  const attempt = (job) => job.catch((e) => [e.message.split('\n').slice(0, 8).join('\n')]);
  result('a draft keeps itself', await attempt(writing.draft(context, base, watch)));
  if (!process.argv[2] || process.argv[2] === '/map') result('somebody is found on the map, and introduced', await attempt(map(context, base)));
  result('a line is noted', await attempt(noting.note(context, base, watch, audit)));
  result('a sentence is remembered', await attempt(noting.remember(context, base, watch, audit)));
  const table = JSON.parse(run(house, 'help', '--routes', '--json'));
  const routes = table.filter((r) => r.method === 'GET' && !/setup|peer/i.test(r.need)); // no keeper gets there
  const example = await findPages(context, base, routes);
  const asked = process.argv.slice(2);
  if (!asked.length || asked.includes(OPEN)) await openPages(browser, house, base, state);
  for (const route of routes) {
    const where = example.get(route);
    if (route.path === OPEN || (asked.length && !asked.includes(where))) continue;
    if ((!where || LETTERED.has(route.path)) && PLAYED[route.path]) {
      const story = readFileSync(path.join(root, PLAYED[route.path]), 'utf8');
      const start = route.path.replace(/:.*/, '');
      result(`${route.path} is opened by ${PLAYED[route.path]}`, story.includes(start) ? [] : ['it does not']);
      continue;
    }
    if (!where) {
      result(`${route.path} can be reached`, ['no page links to it; name its parts in SNUG_SAMPLE_IDS']);
      continue;
    }
    const answer = await context.request.get(base + where, { maxRedirects: 0 });
    if (!(answer.headers()['content-type'] ?? '').startsWith('text/html') || answer.status() === 303) {
      result(`${where} answers`, answer.status() < 400 ? [] : [`with ${answer.status()}`]);
      continue;
    }
    for (const way of Object.keys(WAYS)) {
      const [faults, notes] = await visit(browser, way, state, base, where)
        .catch((e) => [[e.message.split('\n').slice(0, 5).join('\n')], []]);
      result(`${where} ${way}`, faults, notes);
    }
  }
  if (asked.length && !asked.includes('answer')) return;
  result('an answer goes out', await attempt(writing.answer(context, base, house, watch, audit)));
}

async function main() {
  const house = mkdtempSync(path.join(tmpdir(), 'snug-browser.'));
  mkdirSync(pictures, { recursive: true });
  let server, browser;
  try {
    run(house, 'sample');
    server = await serve(house);
    browser = await chromium.launch(BROWSER);
    await pages(browser, house, server.base);
  } catch (e) {
    result('the pages can be looked at', [e.stack ?? e]);
  } finally {
    await browser?.close();
    if (server) {
      server.child.removeAllListeners('exit');
      const ended = new Promise((resolve) => { server.child.on('exit', resolve); });
      if (server.child.exitCode === null && server.child.kill('SIGTERM')) await ended;
    }
    rmSync(house, { recursive: true, force: true });
  }
  console.log(`1..${count}`);
  process.exitCode = failed || !count ? 1 : 0;
}

await main();
