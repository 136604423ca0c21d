// SPDX-License-Identifier: GPL-3.0-or-later
// Noting something in a browser: a line is understood while one types it, stands among what one knows, and goes
// again; a sentence that is selected in a conversation is remembered.

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
