// SPDX-License-Identifier: GPL-3.0-or-later
// Writing in a browser: a draft that keeps itself while one types, people found by their names, and an
// answer that is taken back, sent, and seen to be handed over without loading the page again.
import { execFileSync } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';

/* As much of a mail server as a house needs to hand over a letter. */
function sink() {
  const letters = [];
  const server = net.createServer((socket) => {
    let body = null, rest = '';
    const say = (words) => socket.write(`${words}\r\n`);
    say('220 sink.example');
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (let end; (end = rest.indexOf('\r\n')) >= 0;) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (body !== null && line === '.') { letters.push(body); body = null; say('250 taken'); }
        else if (body !== null) body += `${line}\n`;
        else if (/^DATA/i.test(line)) { body = ''; say('354 go on'); }
        else if (/^QUIT/i.test(line)) { say('221 bye'); socket.end(); }
        else say('250 fine');
      }
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ letters, server, port: server.address().port }));
  });
}

/* A draft on a page of its own; afterwards the house has one to look at. */
export async function draft(context, base, watch) {
  const page = await context.newPage(), faults = watch(page);
  await page.goto(`${base}/talk/new`);
  await page.locator('#to').pressSequentially('marta');
  await page.locator('[data-pick]').first().click();
  const to = await page.locator('#to').inputValue();
  if (!/^Marta .*@.*, $/.test(to)) faults.push(`whom one chose stands there as ${to}`);
  await page.locator('#subject').fill('The quiz');
  await page.locator('#words').fill('Shall we **both** ask?');
  await page.getByText('kept as a draft at').waitFor();
  await page.getByRole('button', { name: 'Keep and preview' }).click();
  await page.waitForURL((url) => url.pathname.startsWith('/talk/drafts/'));
  if (await page.locator('#preview strong').innerText() !== 'both') faults.push('the preview does not show the words');
  await page.goto(`${base}/talk/drafts`);
  const drafts = await page.locator('main li.row').count();
  if (drafts !== 1) faults.push(`one letter makes ${drafts} drafts`);
  await page.close();
  return faults;
}

const CONNECT = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20)
keeper, = db.execute("SELECT person FROM keeper ORDER BY role DESC, person LIMIT 1").fetchone()
row = dict(keeper=keeper, address="ida@lantern.example", name="", imap_host="127.0.0.1", imap_port=1, imap_safety=2,
           smtp_host="127.0.0.1", smtp_port=int(sys.argv[2]), smtp_safety=2, login="", secret=b"", keeps_sent=1, plus=0, made=1,
           stopped=0, said="", tried_at=1, read_at=1, change=0, reader=1, until=1 << 40)
db.execute(f"INSERT INTO mailbox({', '.join(row)}) VALUES({', '.join('?' * len(row))})", list(row.values()))
db.commit()
`;

/* From a line of Today to the words "handed over", with a mailbox that somebody else reads. */
export async function answer(context, base, house, watch, audit) {
  const post = await sink();
  execFileSync('python3', ['-c', CONNECT, path.join(house, 'snug.db'), String(post.port)]);
  const page = await context.newPage(), faults = watch(page);
  try {
    await page.goto(`${base}/`);
    await page.getByRole('link', { name: 'Answer' }).first().click();
    await page.locator('#words').fill('Yes, *gladly*.');
    faults.push(...(await audit(page)).faults);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('#said').getByText('going out in').waitFor();
    faults.push(...(await audit(page)).faults);
    await page.locator('#said').getByRole('button', { name: 'Undo' }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/talk/drafts/'));
    if (post.letters.length) faults.push('it was sent before it could be taken back');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('handed over at').first().waitFor({ timeout: 40000 });
    if (!post.letters[0]?.includes('Yes, *gladly*.')) faults.push('other words were sent');
    faults.push(...(await audit(page)).faults);
  } finally {
    await page.close();
    post.server.close();
  }
  return faults;
}
