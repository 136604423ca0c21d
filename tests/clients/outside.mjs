// SPDX-License-Identifier: GPL-3.0-or-later
// outside.mjs: what somebody outside does with a mail program of their own. Takes one task as JSON, answers in JSON.
//   {do: "write", smtp, imap, user, pass, mail}  hands a mail over, keeps a copy in INBOX: {id}
//   {do: "read", imap, user, pass}               all of INBOX: {mails, threads}, threads as sets of UIDs
import { text } from 'node:stream/consumers';
import { ImapFlow } from 'imapflow';
import { simpleParser } from 'mailparser';
import nodemailer from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';

const task = JSON.parse(await text(process.stdin));

async function inbox(work) {
  const client = new ImapFlow({ host: '127.0.0.1', port: task.imap, secure: false, doSTARTTLS: false, logger: false,
    auth: { user: task.user, pass: task.pass } });
  await client.connect();
  const lock = await client.getMailboxLock('INBOX');
  try {
    return await work(client);
  } finally {
    lock.release();
    await client.logout();
  }
}

async function write() {
  const node = new MailComposer(task.mail).compile();
  const raw = await node.build();
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port: task.smtp, secure: false, ignoreTLS: true });
  await transport.sendMail({ envelope: node.getEnvelope(), raw });
  transport.close();
  await inbox(client => client.append('INBOX', raw, ['\\Seen']));
  return { id: node.messageId() };
}

// (1 2 (3)(4 5)) -> [1, 2, 3, 4, 5]
const flat = x => Array.isArray(x) ? x.flatMap(flat) : [Number(x.value)];
const people = x => (x?.value ?? []).map(one => [one.name, one.address]);

function parts(node) {
  return node.childNodes ? node.childNodes.flatMap(parts) : [node.type];
}

async function mailOf(message) {
  const m = await simpleParser(message.source, { skipHtmlToText: true, skipTextToHtml: true });
  return {
    uid: message.uid, id: m.messageId, subject: m.subject, from: people(m.from), to: people(m.to), replyTo: people(m.replyTo),
    inReplyTo: m.inReplyTo ?? '', references: [m.references ?? []].flat(), text: m.text ?? '', html: m.html || '',
    dated: Boolean(m.date), lines: m.headerLines.map(x => x.key), parts: parts(message.bodyStructure),
    server: { subject: message.envelope.subject, id: message.envelope.messageId },
    files: m.attachments.map(x => ({ name: x.filename, type: x.contentType, bytes: x.content.toString('base64') })),
  };
}

async function read() {
  return inbox(async client => {
    const mails = [], threads = [];
    for await (const message of client.fetch('1:*', { uid: true, source: true, envelope: true, bodyStructure: true }))
      mails.push(await mailOf(message));
    const answer = await client.exec('UID THREAD', ['REFERENCES', 'UTF-8', 'ALL'].map(value => ({ type: 'ATOM', value })),
      { untagged: { THREAD: async said => threads.push(...said.attributes.map(flat)) } });
    answer.next();
    return { mails, threads };
  });
}

console.log(JSON.stringify(await { write, read }[task.do]()));
