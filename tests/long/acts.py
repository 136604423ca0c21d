# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done on a disk that fails, and what must be true afterwards."""
import os
import signal
import time

from disk import NOW


class Act:
    """What is done while the disk waits to strike. Each returns what it was told is done."""
    some = 4  # points in the short form

    def ready(self, p):
        """Before the disk is watched."""

    def go(self, p, faulty):
        raise NotImplementedError

    def lost(self, p, said):
        """Complaints about what is there now."""
        return []

    def again(self, p):
        """What was cut short is done again; complaints about what is there then."""
        return [] if self.go(p, False) else ['it can not be done again']


class Import(Act):
    def go(self, p, faulty):
        return p.run('import', p.seed.mbox, faulty=faulty)[0] == 0

    def lost(self, p, said):
        n, different = p.rows("SELECT count(*), count(DISTINCT subject) FROM message WHERE subject LIKE 'Evening %'")[0]
        return [f'{n} messages, {different} of them different'] if n != different or (said and n != 12) else []

    def again(self, p):
        return super().again(p) + self.lost(p, True)


class Deeds(Act):
    """A fact is noted, and a conversation closed."""
    SQL = ("SELECT count(*) FROM fact WHERE words LIKE '%cup%' OR value LIKE '%cup%'", 'SELECT count(*) FROM closed')

    def go(self, p, faulty):
        s = p.serve(faulty)
        said = s.port and [s.do(d) for d in (p.seed.facts[0], p.seed.close)]
        s.stop()
        return said

    def lost(self, p, said):
        there = [p.one(sql) for sql in self.SQL]
        return [f'{yes} was said, {n} are there' for yes, n in zip(said or (0, 0), there) if n > 1 or n < yes]

    def again(self, p):
        if p.one(self.SQL[0]):
            return []  # the answer was lost, the deed was not: a person sees it and does not repeat it
        return [] if all(self.go(p, False)) and not self.lost(p, (1, 1)) else ['it can not be done again']


class Letter(Act):
    """Goes out, once, whatever happens, as soon as the house said so."""

    def go(self, p, faulty):
        s = p.serve(faulty)
        said = bool(s.port) and s.do(p.seed.letters[0])
        end = time.monotonic() + 20
        while said and s.process.poll() is None and self.waits(p) and time.monotonic() < end:
            time.sleep(.02)
        s.stop()
        return said

    def waits(self, p):
        return p.one('SELECT (SELECT count(*) FROM outbox WHERE state=0) + (SELECT count(*) FROM draft WHERE due>0)')

    def lost(self, p, said):
        n = p.one("SELECT count(*) FROM message WHERE subject='Table 0'")
        waits = p.one("SELECT count(*) FROM draft WHERE subject='Table 0' AND due>0")
        return [f'{n} letters in the log, {waits} waiting'] if n + waits > 1 or n + waits < said else []

    def again(self, p):
        """Time passes, until whoever died has lost their lease."""
        n = p.one("SELECT (SELECT count(*) FROM message WHERE subject='Table 0') + (SELECT count(*) FROM draft WHERE due>0)")
        p.at(NOW + 3600)
        if n:
            s = p.serve()
            end = time.monotonic() + 20
            while self.waits(p) and time.monotonic() < end:
                time.sleep(.02)
            s.stop()
        if n and self.waits(p):
            return ['it still waits']
        return [] if n or self.go(p, False) else ['it can not be sent again']


class Rebuild(Act):
    def go(self, p, faulty):
        return p.run('rebuild', faulty=faulty)[0] == 0


class Backup(Act):
    """One that was said to be made is a whole house. Here, one in which something was closed and noted."""

    def ready(self, p):
        s = p.serve()
        s.do(p.seed.facts[0])
        s.do(p.seed.close)
        s.stop()

    def go(self, p, faulty):
        to = f'{p.live}/copy{len(os.listdir(p.live))}'
        done = p.run('backup', to, faulty=faulty)[0] == 0
        return to if done else None

    def lost(self, p, said):
        if not said:
            return []
        ok = p.run('doctor', '--deep', of=said)[0] == 0
        live, copy = p.digest(), p.run('doctor', '--digest', of=said)[1]
        return [] if ok and live == copy else ['the copy is not the house']

    def again(self, p):
        made = self.go(p, False)
        return self.lost(p, made) if made else ['it can not be made again']


class Erase(Act):
    def go(self, p, faulty):
        return p.run('erase', '--yes', 'person', str(p.seed.ada), faulty=faulty)[0] == 0

    def ready(self, p):
        assert self.words(p)

    def words(self, p):
        """In any file of the house."""
        raws = {n: open(f'{p.house}/{n}', 'rb').read() for n in os.listdir(p.house) if n.startswith(('snug.db', 'erased'))}
        return [n for n, raw in raws.items() if b'ada@berg' in raw or b'Ada Berg' in raw]

    def lost(self, p, said):
        return [f'erased, and still in {self.words(p)}'] if said and self.words(p) else []

    def again(self, p):
        self.go(p, False)  # it may be done already: then there is nobody of that number
        p.run('doctor')    # opening the house ends what was begun
        return self.lost(p, True)


class Start(Act):
    """A house that was killed while it had things to write, is started, and killed while it recovers."""

    def ready(self, p):
        s = p.serve()
        s.do(p.seed.facts[0])
        s.stop(signal.SIGKILL)

    def go(self, p, faulty):
        s = p.serve(faulty)
        ok = s.port and s.get('/talk')[0] == 200
        s.stop()
        return ok

    def lost(self, p, said):
        return [] if p.one(Deeds.SQL[0]) == 1 else ['the fact is lost']


ACTS = {'import': Import(), 'deeds': Deeds(), 'letter': Letter(), 'rebuild': Rebuild(), 'backup': Backup(), 'erase': Erase(), 'start': Start()}
