// SPDX-License-Identifier: GPL-3.0-or-later
// Noting something in a browser: a line is understood while one types it, stands among what one knows, and goes
// again; a sentence that is selected in a conversation is remembered; a yes is asked for (/agreed/...), and taken back.

/* On the page of one of the regulars. */
export async function note(context, base, watch, audit) {
  const page = await context.newPage(), faults = watch(page);
  await page.goto(`${base}/people?q=ruth`);
  await page.getByRole('link', { name: 'Ruth Adeyemi' }).first().click();
  await page.locator('#fact-words').pressSequentially('drank beer until 1998');
  await page.getByText('Understood as “The usual”: was: usually has beer, until 1998').waitFor();
  await page.locator('#fact-words').fill('delivery to the pool');
  await page.getByText('Understood as “Delivery”').waitFor();
  await page.getByRole('button', { name: 'Note it' }).click();
  await page.getByText('Noted under “Delivery”: delivery: to the pool.').waitFor();
  await page.locator('#facts').getByRole('link', { name: 'delivery: to the pool' }).waitFor();
  faults.push(...(await audit(page)).faults);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('nothing of it is kept').waitFor();
  if (await page.getByRole('link', { name: 'delivery: to the pool' }).count()) faults.push('what was taken back is still there');
  await page.close();
  return faults;
}

/* From a selected sentence to the words beside the message. */
export async function remember(context, base, watch, audit) {
  const page = await context.newPage(), faults = watch(page);
  await page.goto(`${base}/search?q=from:ruth`);
  await page.locator('#found li.row .what a').first().click();
  const body = page.locator('.msg:not(.ours) .body p').first();
  await body.waitFor();
  await body.evaluate((p) => {
    const range = document.createRange();
    range.selectNodeContents(p);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  });
  await page.getByRole('link', { name: 'Remember this' }).click();
  await page.waitForURL((url) => url.pathname.endsWith('/remember'));
  if (!await page.locator('input[name=span]:checked').count()) faults.push('what was selected is not chosen');
  await page.locator('#line').fill('likes a quiet upstairs');
  faults.push(...(await audit(page)).faults);
  await page.getByRole('button', { name: 'Remember it' }).click();
  await page.getByRole('link', { name: 'remembered: likes a quiet upstairs' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('nothing of it is kept').waitFor();
  await page.close();
  return faults.filter((f) => !f.includes('ERR_ABORTED')); // news that the page asked for when it was left
}

/* Asking for a yes: what is chosen, and the letter that asks. */
export async function agree(context, base, watch, audit) {
  const page = await context.newPage(), faults = watch(page);
  await page.goto(`${base}/people?q=ruth`);
  await page.getByRole('link', { name: 'Ruth Adeyemi' }).first().click();
  await page.getByRole('link', { name: 'What they agreed to' }).click();
  await page.getByLabel('offer you what fits').check();
  await page.getByText('Only certain kinds of things').click();
  await page.getByLabel('Wants').check();
  await page.getByLabel('For how long').selectOption('half a year');
  faults.push(...(await audit(page)).faults);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('May we?').waitFor();
  await page.getByText('for 6 months').waitFor();
  faults.push(...(await audit(page)).faults);
  await page.getByRole('link', { name: 'What they agreed to' }).click();
  await page.getByRole('button', { name: 'They said yes to me' }).click();
  await page.getByRole('button', { name: 'We need it no more' }).click();
  await page.getByText('Let go.').waitFor();
  faults.push(...(await audit(page)).faults);
  await page.close();
  return faults;
}

/* Whatever is said yes to on one's own page: back in no more clicks than it took. */
export async function asEasy(context, base, watch, audit) {
  const page = await context.newPage(), faults = watch(page);
  let clicks = 0;
  const click = async (where) => { clicks++; await where.click(); await page.waitForLoadState(); };
  await page.goto(`${base}/me`);
  const purposes = await page.getByRole('button', { name: 'Say yes' }).count();
  if (purposes < 6) faults.push(`there are ${purposes} purposes to say yes to`);
  for (let i = 0; i < purposes; i++) {
    const row = page.locator('section[aria-labelledby=yes] > ul > li').nth(i);
    clicks = 0;
    await click(row.getByRole('button', { name: 'Say yes' }));
    await row.getByText('yes, until').waitFor();
    const given = clicks;
    if (i === 0) faults.push(...(await audit(page)).faults);
    clicks = 0;
    await click(row.getByRole('button', { name: 'Take it back' }));
    await row.getByText('no', { exact: true }).waitFor();
    if (clicks > given) faults.push(`purpose ${i + 1}: ${given} clicks to give it, ${clicks} to take it back`);
  }
  await page.close();
  return faults;
}
