#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Erasing, down to the bytes: rare words are planted everywhere, erased, and looked for in every file of the house, plain
and as the compressed pieces in which they were stored. Then: rebuilt, imported again, restored from an older backup.
Prints TAP; SNUG_BIN names the program."""
import json
import os
import shutil
import sqlite3
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'long'))
import house  # noqa: E402
from house import House, check, snug, write  # noqa: E402

# one word for each place a person leaves traces in
WORDS = {'name': 'Zinnoberwasser', 'address': 'quastenhut', 'domain': 'murmelnau', 'subject': 'Klappstuhlregen', 'body': 'Pfauenmilchtopf',
         'file': 'Bernsteinliste', 'folder word': 'Ofenschwalbe', 'answer': 'Lindenkatzen', 'card name': 'Wolkenfeger',
         'card organisation': 'Distelwerk', 'phone': '5550147', 'note': 'Haselnusslaube', 'lone name': 'Nebelkraehe', 'plain': 'QXJK7Z0WVF'}
ADA = 'ada@quastenhut.murmelnau.example'


def mbox(*mails):
    out = []
    for sender, head, body in mails:
        out.append(f'From {sender} Mon Feb  2 10:00:00 2026\nFrom: {head}\n\n{body}\n\n')
    return ''.join(out)


QUESTION = (ADA, f'''Ada Zinnoberwasser <{ADA}>
To: shop@corner.example
Cc: Lou Nebelkraehe <lou@faraway.example>
Subject: Klappstuhlregen in March
Date: Mon, 02 Feb 2026 10:00:00 +0000
Message-ID: <1@murmelnau.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b''', '''--b
Content-Type: text/plain

Is the Pfauenmilchtopf still there? I would fetch it, Ofenschwalbe and all.

--b
Content-Type: text/plain; name=Bernsteinliste.txt
Content-Disposition: attachment; filename=Bernsteinliste.txt

one
--b--''')
ANSWER = ('shop@corner.example', f'''Corner Shop <shop@corner.example>
To: Ada Zinnoberwasser <{ADA}>
Subject: Re: Klappstuhlregen in March
Date: Mon, 02 Feb 2026 12:00:00 +0000
Message-ID: <2@corner.example>
In-Reply-To: <1@murmelnau.example>''', '''> Is the Pfauenmilchtopf still there?
It is, and so are the Lindenkatzen.''')
SHORT = (ADA, f'''{ADA}
To: shop@corner.example
Message-ID: <3@murmelnau.example>
Date: Tue, 03 Feb 2026 12:00:00 +0000''', '''QXJK7Z0WVF
&[~;$^#}[!$]}$~%`&#]#{|;||~~%%##*+%%#%]*~[`#|&{+*~+{*[*!+#!!#^&~[]~`[]~;^#%}$;[[&;}[*^`{%+[|+&{*''')  # nothing to compress: it is stored as it is
OTHER = ('cy@plover.example', '''Cy Plover <cy@plover.example>
To: shop@corner.example
Subject: The kettle
Date: Wed, 04 Feb 2026 12:00:00 +0000
Message-ID: <4@plover.example>''', 'Do you repair kettles?')
LETTER = ('cy@plover.example', '''Cy Plover <cy@plover.example>
To: shop@corner.example
Subject: Sturmglockenbrot
Date: Thu, 05 Feb 2026 12:00:00 +0000
Message-ID: <5@plover.example>
In-Reply-To: <4@plover.example>''', 'Forget what I said of the Regenpfeifertee, please.')
CARD = f'''BEGIN:VCARD
VERSION:3.0
UID:1
FN:Ada Wolkenfeger
EMAIL:{ADA}
TEL:+49 30 5550147
ORG:Distelwerk
NOTE:Haselnusslaube
END:VCARD
'''


def files(h):
    found = {}
    for folder, _, names in os.walk(h.dir):
        for name in names:
            with open(os.path.join(folder, name), 'rb') as file:
                found[name] = file.read()
    return found


def on_disk(h, words):
    """Which of these are in any file, as they stand or in the lower case of the index."""
    all_ = files(h)
    return {f'{w} in {n}' for w in words for n, bytes_ in all_.items() if w.encode() in bytes_ or w.lower().encode() in bytes_}


def pieces(h, sql):
    """What is stored compressed, in runs of 24 bytes."""
    out = set()
    for packed, in h.rows(sql):
        out |= {packed[i:i + 24] for i in range(0, len(packed) - 23, 24)}
    return out


def pieces_on_disk(h, all_pieces):
    everything = b''.join(files(h).values())
    return sum(p in everything for p in all_pieces)


def shown(h):
    """All that commands say, the records of the log unpacked."""
    out = [snug(h, 'export', '--format', f)[1] for f in ('mbox', 'vcard', 'csv')]
    for line in snug(h, 'export', '--format', 'jsonl')[1].splitlines():
        out += [bytes.fromhex(f['hex']).decode('utf-8', 'replace') for f in json.loads(line)['data']]
    out += [snug(h, *w)[1] for w in (('today',), ('people',))]
    return '\n'.join(out)


def clean(h, when, words, gone):
    check(f'no file holds a word {when}', not on_disk(h, words), on_disk(h, words))
    check(f'nor a compressed piece {when}', pieces_on_disk(h, gone) == 0)
    said = shown(h).lower()
    check(f'nothing says one {when}', not [w for w in words if w.lower() in said], [w for w in words if w.lower() in said])
    for word in words:
        code, out, _ = snug(h, 'search', word)
        if out != 'Nothing found.\n':
            check(f'search finds {word} {when}', False, out)
    code, out, err = snug(h, 'doctor', '--deep')
    check(f'the log is whole {when}', code == 0 and 'chain of the log holds' in out, out + err)
    live = h.digest()
    h.run('rebuild')
    after = h.digest()
    check(f'rebuilt = live {when}', after == live, [k for k in live if after.get(k) != live[k]])
    check(f'and no word afterwards {when}', not on_disk(h, words), on_disk(h, words))


def number_of(h, sql, *values):
    return str(h.rows(sql, *values)[0][0])


def a_message(work):
    h = House(f'{work}/m', 'shop@corner.example')
    path = write(f'{work}/m.mbox', mbox(OTHER, LETTER))
    h.take(path)
    words = ['Sturmglockenbrot', 'Regenpfeifertee']
    gone = pieces(h, 'SELECT substr(k.bytes, b.at + 1, b.room) FROM message m JOIN blob b ON b.id=m.raw JOIN shelf k ON k.id=b.shelf WHERE m.subject LIKE \'Sturm%\'')
    check('there is something to look for', gone and pieces_on_disk(h, gone) == len(gone) and shown(h).count('Sturmglockenbrot'))
    letter = number_of(h, 'SELECT id FROM message WHERE subject LIKE \'Sturm%\'')
    live = h.digest()
    code, out, _ = snug(h, 'erase', 'message', letter)
    check('without --yes it only says what goes', code == 0 and 'Goes: the subject' in out and h.digest() == live, out)
    code, out, err = snug(h, 'erase', '--yes', 'message', letter)
    check('with it it goes', code == 0 and 'Erased.' in out, out + err)
    clean(h, 'after a message', words, gone)
    check('its place is kept', h.rows('SELECT count(*), max(messages) FROM conversation') == [(1, 2)])
    check('not twice', snug(h, 'erase', '--yes', 'message', letter)[0] == 1)
    code, out, err = snug(h, 'import', '--json', path)
    got = json.loads(out)
    check('import leaves it out and says so', code == 3 and got['new'] == 0 and got['skipped'] == 1 and 'erased here before' in err, out + err)
    other = write(f'{work}/copy.mbox', mbox((LETTER[0], 'Cy Plover <cy@plover.example>\nX-Way: another\n' + LETTER[1].split('\n', 1)[1], LETTER[2])))
    code, out, err = snug(h, 'import', '--json', other)
    check('another copy of it as well', code == 3 and json.loads(out)['skipped'] == 1, out + err)
    clean(h, 'after importing again', words, gone)


def a_person(work):
    h = House(f'{work}/p', 'shop@corner.example')
    mail = write(f'{work}/p.mbox', mbox(QUESTION, ANSWER, SHORT, OTHER))
    card = write(f'{work}/p.vcf', CARD)
    h.take(mail)
    snug(h, 'import', card)
    words = list(WORDS.values())
    said = shown(h) + snug(h, 'search', 'pfauenmilchtopf')[1] + snug(h, 'search', 'Lindenkatzen')[1]
    missing = [w for w in words if w not in said and w != WORDS['note']]  # notes of cards are not kept
    check('every word is there before', not missing, missing)
    check('one of them stored as it is', any('QXJK7Z0WVF in snug.db' in x for x in on_disk(h, words)))
    gone = pieces(h, 'SELECT substr(k.bytes, b.at + 1, b.room) FROM blob b JOIN shelf k ON k.id=b.shelf WHERE b.id IN(SELECT raw FROM message WHERE node IN(SELECT node FROM message '
                     'WHERE subject NOT LIKE \'The kettle\'))')
    check('and compressed pieces', len(gone) > 16 and pieces_on_disk(h, gone) == len(gone))
    h.run('backup', f'{work}/old')
    code, out, _ = snug(h, 'erase', '--json', 'person', 'Zinnoberwasser')
    plan = json.loads(out)
    check('what would go is counted', (plan['erased'], plan['wrote'], plan['told'], plan['files'], plan['cards'], plan['others']) ==
          (False, 2, 1, 1, 1, 1), out)
    code, out, err = snug(h, 'erase', '--yes', 'person', 'Zinnoberwasser')
    check('it goes', code == 0 and 'Erased.' in out, out + err)
    clean(h, 'after a person', words, gone)
    check('the ledger has no word', not [w for w in words if w.lower() in files(h)['erased.log'].decode().lower()])
    code, out, err = snug(h, 'import', '--json', mail)
    got = json.loads(out)
    check('import leaves out what was theirs', code == 3 and (got['new'], got['skipped'], got['seen']) == (0, 3, 1), out + err)
    code, out, err = snug(h, 'import', '--json', card)
    check('and their card', json.loads(out)['refused'] == 1 and 'erased here before' in err, out + err)
    clean(h, 'after importing again', words, gone)
    restored(work, h, words, gone)


def while_read(work):
    """Somebody holds on to what was there before: it is said, and finished by the next command."""
    h = House(f'{work}/w', 'shop@corner.example')
    h.take(write(f'{work}/w.mbox', mbox(OTHER, SHORT)))
    reader = sqlite3.connect(f'{h.dir}/snug.db')
    reader.execute('BEGIN')
    reader.execute('SELECT count(*) FROM event').fetchall()
    code, out, err = snug(h, 'erase', '--yes', 'message', number_of(h, 'SELECT max(id) FROM message'))
    check('an erasure under a reader is done, and says what is left', code == 1 and 'Erased.' in out and 'still reads' in err, out + err)
    check('the words are still somewhere', on_disk(h, [WORDS['plain']]))
    reader.close()
    h.run('people')
    check('the next command finishes it', not on_disk(h, [WORDS['plain']]), on_disk(h, [WORDS['plain']]))


def restored(work, h, words, gone):
    old = House(f'{work}/r', copy_of=h)
    for name in ('snug.db', 'snug.db-wal', 'snug.db-shm'):
        if os.path.exists(f'{old.dir}/{name}'):
            os.remove(f'{old.dir}/{name}')
    shutil.copy(f'{work}/old/snug.db', f'{old.dir}/snug.db')
    check('an older database has them all', pieces_on_disk(old, gone) == len(gone))
    code, out, err = snug(old, 'doctor')
    check('opening it with the ledger erases again', code == 0, out + err)
    clean(old, 'after a restore', words, gone)
    live = h.digest()
    check('to the same tables', old.digest() == live, [k for k in live if old.digest().get(k) != live[k]])
    whole = open(f'{old.dir}/erased.log').read()
    write(f'{old.dir}/erased.log', whole + whole[:30])
    code, out, err = snug(old, 'doctor')
    check('a line that was cut short when the power went keeps nobody out', code == 0, out + err)
    snug(old, 'erase', '--yes', 'message', str(old.rows('SELECT max(id) FROM message')[0][0]))
    lines = open(f'{old.dir}/erased.log').read()
    check('and the next one takes its place', lines.startswith(whole) and lines.count('\n') == whole.count('\n') + 1 and lines.endswith('\n'), lines)
    write(f'{old.dir}/erased.log', 'nonsense\n')
    code, out, err = snug(old, 'doctor')
    check('a damaged ledger is no ledger', code == 1 and 'damaged in line 1' in err, err)
    os.remove(f'{old.dir}/erased.log')
    code, out, err = snug(old, 'doctor')
    check('a missing ledger is told', 'erased.log is missing or empty: put it back' in err, err)
    check('also to machines', json.loads(snug(old, 'doctor', '--json')[1])['ledger_missing'] == 1)
    check('and is not told where it stands', 'erased.log' not in snug(h, 'doctor')[2] and json.loads(snug(h, 'doctor', '--json')[1])['ledger_missing'] == 0)


with tempfile.TemporaryDirectory() as folder:
    a_message(folder)
    a_person(folder)
    while_read(folder)
house.finish()
