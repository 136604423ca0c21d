#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The Debian package on a small Debian of its own, with systemd and a network of nothing but loopback:
# installed, served, tried from inside the unit, removed, purged. Needs root and Debian's archive.
set -u
cd "$(dirname "$0")/../.." || exit 2
skip() { echo "1..0 # SKIP $1"; exit 0; }
[ "$(id -u)" = 0 ] || skip "the package is tried as root"
command -v mmdebstrap >/dev/null || skip "mmdebstrap is missing: tools/install deb"
[ "${1:-}" = apart ] || exec unshare --mount --propagation private "$0" apart

T=$(mktemp -d)
R=$T/root booted=
end() {
    if [ -n "$booted" ]; then
        kill -9 "$booted"
        wait "$above"
    fi 2>/dev/null
    umount "$T" && rmdir "$T"
}
trap end EXIT
mount -t tmpfs -o size=2g tmpfs "$T"
mkdir "$R"
n=0 bad=0
is() { # NAME COMMAND...
    local name=$1 said
    shift
    n=$((n + 1))
    if said=$("$@" 2>&1); then echo "ok $n - $name"
    else
        bad=$((bad + 1))
        sed 's/^/# /' <<<"$said"
        echo "not ok $n - $name"
    fi
}
here() { nsenter -t "$booted" -m -p -u -i -n -r -w "$@"; } # in the small Debian
as_snug() { here runuser -u snug -- "$@"; }
no() { ! "$@"; }

# ---- a small Debian ---------------------------------------------------------
make -s deb >"$T/made" || { cat "$T/made"; exit 1; }
mmdebstrap --quiet --variant=apt --include=systemd bookworm "$R" 2>"$T/said" || {
    cat "$T/said" >&2
    skip "Debian's archive can't be reached"
}
cp out/deb/snug_*.deb "$R/opt/snug.deb"
cp -L /etc/resolv.conf "$R/etc/resolv.conf"
export DEBIAN_FRONTEND=noninteractive
chroot "$R" sh -c 'apt-get update -q && apt-get install -qy --download-only --no-install-recommends /opt/snug.deb' \
    >"$T/said" 2>&1 || { cat "$T/said"; exit 1; }
cat >"$T/boot" <<'L'
mount --bind "$1" "$1" && cd "$1" || exit 1
mount -t proc proc proc && mount -t sysfs sys sys && mount -t cgroup2 none sys/fs/cgroup
mount -t tmpfs tmpfs run && mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/pts dev/shm dev/mqueue && mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts && ln -s pts/ptmx dev/ptmx
for d in null zero full random urandom tty; do touch dev/$d && mount --bind /dev/$d dev/$d; done
mkdir -p old && pivot_root . old && umount -l old
mount --make-rshared / # as systemd has it on a machine: how it hands out credentials
exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=multi-user.target
L
unshare --mount --pid --net --ipc --uts --cgroup --fork --kill-child --propagation private \
    bash "$T/boot" "$R" >"$T/boot.log" 2>&1 &
above=$!
for _ in $(seq 100); do
    booted=$(cat /proc/$above/task/$above/children 2>/dev/null) booted=${booted%% *}
    [ -n "$booted" ] && here systemctl is-system-running 2>/dev/null | grep -Eq 'running|degraded' && break
    sleep 0.3
done
here systemctl is-system-running 2>/dev/null | grep -Eq 'running|degraded' || {
    cat "$T/boot.log" >&2
    skip "systemd does not start in a namespace here"
}

# ---- installed --------------------------------------------------------------
get() { # the page's first line
    here bash -c 'exec 3<>/dev/tcp/127.0.0.1/8420 && printf "GET / HTTP/1.1\r\nHost: 127.0.0.1:8420\r\nConnection: close\r\n\r\n" >&3 && head -n 1 <&3'
}
answers() {
    for _ in $(seq 50); do
        get 2>/dev/null | grep -Eq '^HTTP/1.1 (200|303)' && return 0
        sleep 0.2
    done
    get
    here systemctl status --no-pager snug
    here journalctl --no-pager -n 20 -u snug
    return 1
}
house=/var/lib/snug/house

is "it installs, with all it depends on" here apt-get install -qy --no-install-recommends /opt/snug.deb
is "the service waits for a house" here sh -c '[ "$(systemctl is-active snug)" = inactive ] && [ "$(systemctl is-enabled snug)" = enabled ] && [ "$(systemctl is-failed snug)" != failed ]'
is "a house is made" as_snug snug -C $house init --name "Corner Shop" --address ann@corner.example
is "its keeper has a password" here sh -c "echo a long password of ann | runuser -u snug -- snug -C $house keeper password ann@corner.example"
here systemctl start snug
is "a page answers" answers
is "the server is nobody but snug, without capabilities" here sh -c '
    p=$(systemctl show -P MainPID snug); u=$(id -u snug)
    grep -q "^Uid:\s$u\s$u\s$u\s$u$" /proc/$p/status && grep -q "^CapBnd:\s0*$" /proc/$p/status &&
    grep -q "^NoNewPrivs:\s1$" /proc/$p/status && grep -q "^Seccomp:\s2$" /proc/$p/status'
is "who reads mail is behind one filter more, with one socket open" here sh -c '
    main=$(systemctl show -P MainPID snug) seen=0 each=
    filters=$(sed -n "s/^Seccomp_filters:\s*//p" /proc/$main/status)
    for d in /proc/[0-9]*; do
        [ "$(cat $d/comm)" = snug-mail ] || continue
        above=$(sed -n "s/^PPid:\s*//p" $d/status)
        [ $above != $main ] || continue # it keeps the workers
        seen=$((seen + 1))
        each="$each $(sed -n "s/^Seccomp_filters:\s*//p" $d/status)/$(ls $d/fd | wc -l)/$(sed -n "s/^Max open files\s*\([0-9]*\).*/\1/p" $d/limits)"
        [ "$(sed -n "s/^Seccomp_filters:\s*//p" $d/status)" -gt "$filters" ] && [ $(ls $d/fd | wc -l) = 4 ] &&
            grep -q "^Max open files\s*0\s*0\s" $d/limits || { echo "$filters, but$each"; exit 1; }
    done
    echo "$seen workers"; [ $seen -ge 1 ]'

# ---- what the unit denies ---------------------------------------------------
cat >"$T/probe" <<'L'
#!/usr/bin/perl
# as the server: what must not work
use Fcntl; use Socket;
my %try = (
    "write /etc" => sub { open(my $f, ">", "/etc/snug-was-here") },
    "write /usr" => sub { open(my $f, ">", "/usr/snug-was-here") },
    "read /etc/shadow" => sub { open(my $f, "<", "/etc/shadow") },
    "see home folders" => sub { opendir(my $d, "/home") },
    "see other processes" => sub { -e "/proc/1/status" },
    "see the system's settings" => sub { -e "/proc/sys" },
    "make a packet socket" => sub { socket(my $s, 17, SOCK_RAW, 0) },
    "make a netlink socket" => sub { socket(my $s, 16, SOCK_RAW, 0) },
    "trace" => sub { syscall(101, 0, 0, 0, 0) == 0 },
    "make a namespace" => sub { syscall(272, 0x00020000) == 0 },
    "mount" => sub { my ($a, $b) = ("tmpfs", "/tmp"); syscall(165, $a, $b, $a, 0, 0) == 0 },
    "give a file away" => sub { open(my $f, ">", "/var/lib/snug/mine"); chown(0, 0, "/var/lib/snug/mine") },
    "run what it wrote into memory" => sub { syscall(9, 0, 4096, 7, 0x22, -1, 0) != -1 },
);
my $bad = 0;
for my $what (sort keys %try) { if ($try{$what}->()) { print "could $what\n"; $bad = 1; } }
unlink("/var/lib/snug/mine");
open(my $f, ">", "/var/lib/snug/can-write") or do { print "can't write its own folder\n"; $bad = 1 };
socket(my $s, AF_INET, SOCK_STREAM, 0) or do { print "can't reach the network\n"; $bad = 1 };
socket(my $u, AF_UNIX, SOCK_STREAM, 0) or do { print "can't reach a database on this machine\n"; $bad = 1 };
unlink("/var/lib/snug/can-write");
exit $bad;
L
if [ "$(uname -m)" = x86_64 ]; then # the numbers of the calls are its
    here sh -c 'cat >/usr/local/bin/probe && chmod 755 /usr/local/bin/probe' <"$T/probe"
    here sh -c 'mkdir -p /etc/systemd/system/snug.service.d && printf "[Service]\nExecStartPre=/usr/local/bin/probe\n" >/etc/systemd/system/snug.service.d/probe.conf && systemctl daemon-reload'
    is "root could all of it, so that the next line says something" here sh -c '/usr/local/bin/probe | tee /dev/stderr | wc -l | grep -q "^1[0-3]$"; rm -f /etc/snug-was-here /usr/snug-was-here; umount /tmp; true'
    is "from inside the unit none of it works" here sh -c 'systemctl restart snug || { journalctl --no-pager -n 20 -u snug; exit 1; }'
    here sh -c 'rm -r /etc/systemd/system/snug.service.d && systemctl daemon-reload'
fi

# ---- the key from systemd ---------------------------------------------------
here systemctl stop snug
is "systemd takes the key" here sh -c "mkdir -p -m 700 /etc/credstore.encrypted && systemd-creds encrypt --with-key=host --name=house.key $house/keys/house.key /etc/credstore.encrypted/house.key && mv $house/keys/house.key /opt/house.key"
is "without its key in the house no command opens it" no as_snug snug -C $house doctor
here systemctl start snug
is "with the key as a credential a page answers" answers
here sh -c "systemctl stop snug; mv /opt/house.key $house/keys/house.key"

# ---- started by root --------------------------------------------------------
here snug -C $house serve >"$T/rooted" 2>&1 &
is "served by root a page answers" answers
is "and root became the house's owner" here sh -c 'p=$(grep -l "^snug$" /proc/[0-9]*/comm | head -n 1) && u=$(id -u snug) && grep -q "^Uid:\s$u\s$u\s$u\s$u$" $(dirname $p)/status'
is "the same walls stand inside the unit as outside" bash -c '
    walls=$(grep -o "event=jail .*" '$T/rooted') && here() { nsenter -t '$booted' -m -p -u -i -n -r -w "$@"; }
    grep -q "limits=1 .*seccomp=1" <<<"$walls" && here journalctl --no-pager -u snug | grep -q "$walls" || { echo "$walls"; exit 1; }'
here sh -c 'for c in $(grep -l "^snug$" /proc/[0-9]*/comm); do p=${c#/proc/}; kill ${p%/comm}; done'
wait $! 2>/dev/null

# ---- removed and purged -----------------------------------------------------
here systemctl start snug
here dpkg -L snug >"$T/files"
is "it is removed while it serves" here apt-get remove -qy snug
is "the house stays" here sh -c "test -s $house/snug.db && test -s $house/keys/house.key && ! test -e /usr/bin/snug"
said=$(here apt-get purge -qy snug 2>&1)
is "purging says that the house stays, and how to delete it" grep -q 'rm -r /var/lib/snug' <<<"$said"
is "and leaves nothing else" here sh -c '
    while read -r f; do [ -d "$f" ] || [ ! -e "$f" ] || { echo "$f"; exit 1; }; done
    ! ls /etc/systemd/system/multi-user.target.wants/snug.service /usr/share/doc/snug /run/snug 2>/dev/null &&
    [ -s '$house'/snug.db ] && [ "$(systemctl is-active snug)" != active ]' <"$T/files"
is "installed again it serves the house that was left" here apt-get install -qy --no-install-recommends /opt/snug.deb
is "with its page" answers
here apt-get remove -qy snug >/dev/null 2>&1
here rm -r /var/lib/snug
is "purged without a house it takes its user along" here sh -c 'apt-get purge -qy snug && ! id snug && ! test -e /var/lib/snug'
echo "1..$n"
exit $((bad > 0))
