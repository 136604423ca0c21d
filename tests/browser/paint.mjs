// SPDX-License-Identifier: GPL-3.0-or-later
// paint.mjs URL COOKIE [PICTURE]: when Chromium first paints that page, in ms; the median of five visits.
import { chromium } from 'playwright-core';

const [url, cookie, picture] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'] });
const took = [];
for (let i = 0; i < 5; i++) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, extraHTTPHeaders: { cookie } });
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
  took.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime));
  if (picture && i === 0) await page.screenshot({ path: picture });
  await context.close();
}
await browser.close();
console.log(Math.round(took.sort((a, b) => a - b)[2]));
