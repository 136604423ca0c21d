# SPDX-License-Identifier: GPL-3.0-or-later
"""A real IMAP server on loopback, without systemd. Runs as nobody when started by root, else as oneself."""
import getpass
import grp
import os
import shutil
import socket
import subprocess
import sys
import time

CONF = '''base_dir = {0}/run
state_dir = {0}/run
log_path = {0}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{0}/crt.pem
ssl_key = <{0}/key.pem
disable_plaintext_auth = no
default_internal_user = {1}
default_internal_group = {2}
default_login_user = {1}
first_valid_uid = 1
mail_fsync = never
mail_max_userip_connections = 50
mail_location = maildir:{0}/Maildir
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {3}
  }}
  inet_listener imaps {{
    port = {4}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
passdb {{
  driver = static
  args = password={5}
}}
userdb {{
  driver = static
  args = home={0}/home
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Gesendet {{
    auto = create
    special_use = \\Sent
  }}
  mailbox Entwürfe {{
    auto = create
  }}
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
}}
'''


def free_ports(n):
    held = [socket.create_server(('127.0.0.1', 0)) for _ in range(n)]
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


class Dovecot:
    def __init__(self, work, password='pass'):
        self.work, self.password = work, password
        self.plain, self.tls = free_ports(2)
        self.user = 'nobody' if os.getuid() == 0 else getpass.getuser()
        self.group = 'nogroup' if os.getuid() == 0 else grp.getgrgid(os.getgid()).gr_name
        for part in ('cur', 'new', 'tmp'):
            os.makedirs(f'{work}/Maildir/{part}')
        os.makedirs(f'{work}/run')
        os.makedirs(f'{work}/home')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
                        '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', f'{work}/key.pem',
                        '-out', f'{work}/crt.pem'], check=True, capture_output=True)

    def start(self):
        with open(f'{self.work}/conf', 'w', encoding='utf-8') as file:
            file.write(CONF.format(self.work, self.user, self.group, self.plain, self.tls, self.password))
        os.chmod(self.work, 0o755)
        before = []
        if os.getuid() == 0:
            subprocess.run(['chown', '-R', self.user, self.work], check=True)
            before = ['setpriv', f'--reuid={self.user}', f'--regid={self.group}', '--clear-groups']
        self.process = subprocess.Popen([*before, shutil.which('dovecot') or '/usr/sbin/dovecot', '-F', '-c', f'{self.work}/conf'],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(200):
            try:
                socket.create_connection(('127.0.0.1', self.plain), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(.05)
        log = open(f'{self.work}/log', errors='replace').read() if os.path.exists(f'{self.work}/log') else ''
        sys.exit(f'dovecot does not start: {self.process.stderr.read()[-500:] if self.process.poll() is not None else ""} {log[-500:]}')

    def stop(self):
        self.process.terminate()
        self.process.wait(20)

    def warm(self):
        """All is read once, by one command: the server has its index, and the files stand in memory."""
        with socket.create_connection(('127.0.0.1', self.plain)) as s:
            s.sendall(f'a LOGIN ada {self.password}\r\nb EXAMINE INBOX\r\nc UID FETCH 1:* (BODY.PEEK[])\r\n'.encode())
            tail = b''
            while b'\r\nc OK' not in tail:
                tail = tail[-20:] + s.recv(262144)

    def lay(self, name, raw):
        """Before it is started: as mail that is there already."""
        with open(f'{self.work}/Maildir/cur/{name}:2,', 'wb') as file:
            file.write(raw)

    def put(self, name, raw):
        """As a delivery does it."""
        with open(f'{self.work}/Maildir/tmp/{name}', 'wb') as file:
            file.write(raw)
        os.chmod(f'{self.work}/Maildir/tmp/{name}', 0o644)
        if os.getuid() == 0:
            shutil.chown(f'{self.work}/Maildir/tmp/{name}', self.user)
        os.rename(f'{self.work}/Maildir/tmp/{name}', f'{self.work}/Maildir/new/{name}')


def missing():
    return not shutil.which('doveadm') or not os.path.exists('/usr/lib/dovecot/imap')
