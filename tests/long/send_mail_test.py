#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the house writes, read by Python's own parser of mail; and then brought to Postfix and to a
sink, if the servers of $SNUG_SHARED/peers/mail start here (they need root and their packages)."""
import email
import email.policy
import os
import subprocess
import sys
import tempfile

import house
from house import check, note

PROBE = f'{house.ROOT}/out/release/long/send_probe'
PEERS = os.path.join(os.environ.get('SNUG_SHARED', f'{os.path.dirname(house.ROOT)}/shared'), 'peers/mail')
# the same values stand in send_probe.c
SUBJECTS = ['Cups', 'Re: [shop] Töpfe, Teller, Tassen und was sonst noch auf dem Tisch stehen soll',
            'tea 🍵 for 佐藤, "quoted" <angled> =?utf-8?Q?not_coded?=']
NAMES = ['Ada Berg', 'Berg, "Ada" (the first)', 'Zoë 佐藤']
TEXTS = ['Two, please.\n', 'From here on\n.\n..dots\nblank \n\n> quoted\n-- \nAda\n', 'чай 花 🍵\n']
FILES = ['menu.pdf', 'the "best"; menu.pdf', 'café und alles, was sonst noch auf der Karte steht.pdf']
BYTES = bytes(i * 7 % 256 for i in range(1000))


def judge(raw, n):
    """What is wrong with letter n, in words; empty: nothing."""
    k, wrong = n // 4, []
    mail = email.message_from_bytes(raw, policy=email.policy.default)

    def same(what, got, wanted):
        if got != wanted:
            wrong.append(f'{what}: {got!r}')

    same('defects', [d for part in mail.walk() for d in part.defects], [])
    same('header defects', [(h, v.defects) for h, v in mail.items() if v.defects], [])
    same('subject', mail['subject'], SUBJECTS[k])
    same('from', [(a.display_name, a.addr_spec) for a in mail['from'].addresses], [(NAMES[k], 'ada@berg.example')])
    same('to', [(a.display_name, a.addr_spec) for a in mail['to'].addresses],
         [(NAMES[k], 'tom@inn.example'), ('', 'bea@xn--bcher-kva.example')])
    same('reply-to', mail['reply-to'].addresses[0].addr_spec, 'house+k7qd2m@inn.example')
    same('date', mail['date'].datetime.isoformat(), '2006-01-02T04:04:05+01:00')
    same('id', mail['message-id'], f'<letter{n}@berg.example>')
    same('in-reply-to', mail['in-reply-to'], '<59.before@inn.example>')
    same('references', mail['references'].split(), [f'<{i}.before@inn.example>' for i in [0, *range(21, 60)]])
    text = mail.get_body(('plain',))
    same('text', text and text.get_content().replace('\r\n', '\n'), TEXTS[k])
    html = mail.get_body(('html',))
    same('html', html and html.get_content().replace('\r\n', '\n'), '<p>café</p>\n' if n & 1 else None)
    same('files', [(f.get_filename(), f.get_content_type(), f.get_content()) for f in mail.iter_attachments()],
         [(FILES[k], 'application/pdf', BYTES)] if n & 2 else [])
    same('lines', max(map(len, raw.split(b'\r\n'))) <= 78, True)
    return '; '.join(wrong)


def send(path, port, security, to, *account):
    done = subprocess.run([PROBE, 'send', path, 'localhost', str(port), security, 'ada@berg.example', to, *account],
                          capture_output=True, text=True, timeout=120)
    return done.stdout.strip() or done.stderr.strip()


def servers(folder, letters):
    world = f'{folder}/world'
    if not os.path.exists(f'{PEERS}/start.sh'):
        return note(f'the servers are skipped: no {PEERS}/start.sh; set SNUG_SHARED')
    os.chmod(folder, 0o755)
    done = subprocess.run([f'{PEERS}/start.sh', world], capture_output=True, text=True)
    if done.returncode:
        return note('the servers are skipped: ' + done.stderr.strip())
    try:
        account = ('alice', 'pass', f'{world}/tls/crt.pem')
        for n, path in enumerate(letters):
            says = send(path, 10026, 'plain', 'tom@inn.example')
            check(f'the sink takes letter {n}', says.startswith('accepted 250'), says)
        kept = [open(f'{world}/sink/{name}', 'rb').read() for name in sorted(os.listdir(f'{world}/sink'))]
        for n, path in enumerate(letters):
            raw = open(path, 'rb').read().replace(b'\r\n', b'\n')
            check(f'letter {n} arrived as it was', sum(raw in k.replace(b'\r\n', b'\n') for k in kept) == 1)
        says = send(letters[1], 10587, 'starttls', 'bob@example.test', *account)
        check('submission over STARTTLS', says.startswith('accepted 250'), says)
        says = send(letters[1], 10587, 'starttls', 'bob@example.test', 'alice', 'wrong', account[2])
        check('a wrong password', says.startswith('password 535') and 'wrong' not in says, says)
        says = send(letters[1], 10587, 'starttls', 'bob@example.test', 'alice', 'pass', '/etc/ssl/certs/ca-certificates.crt')
        check('a certificate nobody vouches for', says.startswith('unsafe'), says)
        says = send(letters[1], 10025, 'plain', 'tom@[10.0.0.300]')
        check('an address it does not take', says.split()[0] in ('refused', 'invalid'), says)
    finally:
        subprocess.run([f'{PEERS}/stop.sh', world, '--clean'], capture_output=True)


def main():
    if not os.path.exists(PROBE):
        sys.exit(f'the program is missing: no {PROBE}; make long-programs')
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([PROBE, 'write', folder], check=True)
        letters = [f'{folder}/{n}.eml' for n in range(12)]
        for n, path in enumerate(letters):
            wrong = judge(open(path, 'rb').read(), n)
            check(f'letter {n} is read as it was meant', not wrong, wrong)
        servers(folder, letters)
    house.finish()


main()
