#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts judged by a reader of its own: Python's JSON, OpenSSL's Ed25519, nothing of ours. Those that the unit tests
of receipts write are read, ten of them with bits turned, and by `snug verify` as well. Prints TAP; SNUG_BIN names the program."""
import base64
import ctypes
import json
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lib'), os.path.join(HERE, '..', 'long')]
import house  # noqa: E402
from house import check  # noqa: E402

ED25519 = 1087  # OpenSSL's number for the kind of key
WANTED = {'payload': 'schema_version receipt_id record_id pii_principal_id issued jurisdiction privacy_notice parties processing events',
          'parties': 'party_id party_type party_name party_address party_contact',
          'processing': 'purpose purpose_type lawful_basis pii_information pii_controllers collection_method processing_method '
                        'storage_locations processing_locations retention_period recipient_third_parties withdrawal_method privacy_rights authority',
          'events': 'event_time event_type event_state validity_duration entity_id'}


class Bad(Exception):
    pass


class Crypto:
    def __init__(self):
        self.lib = ctypes.CDLL('libcrypto.so.3')
        for name in ('EVP_PKEY_new_raw_public_key', 'EVP_MD_CTX_new'):
            getattr(self.lib, name).restype = ctypes.c_void_p

    def fits(self, key, text, signature):
        lib, size = self.lib, ctypes.c_size_t
        pkey = ctypes.c_void_p(lib.EVP_PKEY_new_raw_public_key(ED25519, None, key, size(len(key))))
        md = ctypes.c_void_p(lib.EVP_MD_CTX_new())
        good = (lib.EVP_DigestVerifyInit(md, None, None, None, pkey) == 1 and
                lib.EVP_DigestVerify(md, signature, size(len(signature)), text, size(len(text))) == 1)
        lib.EVP_MD_CTX_free(md)
        lib.EVP_PKEY_free(pkey)
        return good


def once(pairs):
    if len(dict(pairs)) < len(pairs):
        raise Bad('a key twice')
    return dict(pairs)


def plain(value):
    """Only what every language writes alike."""
    if isinstance(value, dict):
        if not all(k.isascii() for k in value):
            raise Bad('a key beyond ASCII')
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            plain(inner)
    elif isinstance(value, float) or (type(value) is int and abs(value) > 1 << 53):
        raise Bad('a number')


def bytes_of(text, size):
    raw = base64.urlsafe_b64decode(text + '=' * (-len(text) % 4))
    if len(raw) != size or base64.urlsafe_b64encode(raw).rstrip(b'=').decode() != text:
        raise Bad('base64url')
    return raw


def read(data, keys, crypto):
    try:
        receipt = json.loads(data.decode(), object_pairs_hook=once)
        plain(receipt)
        payload, sig = receipt['payload'], receipt['signature']
        if len(receipt) != 2 or set(sig) != {'alg', 'canon', 'kid', 'value'} or (sig['alg'], sig['canon']) != ('Ed25519', 'RFC8785'):
            raise Bad('shape')
        for part, names in WANTED.items():
            for one in [payload] if part == 'payload' else payload[part]:
                if not set(names.split()) <= set(one):
                    raise Bad(f'{part} lacks a field')
        if not sig['kid'].startswith(payload['parties'][0]['party_id'] + '#'):
            raise Bad('another house')
        text = json.dumps(payload, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()
        if not crypto.fits(bytes_of(keys[sig['kid']], 32), text, bytes_of(sig['value'], 64)):
            raise Bad('signature')
        return payload
    except (Bad, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return None


def turned(data, keys, crypto, rng):
    """How many of 2,000 changes of one bit are taken."""
    taken = 0
    for bit in rng.sample(range(len(data) * 8), 2000):
        other = bytearray(data)
        other[bit // 8] ^= 1 << bit % 8
        taken += read(bytes(other), keys, crypto) is not None
    return taken


def snug_says(binary, path, keys):
    return subprocess.run([binary, 'verify', path, '--key', keys], capture_output=True, text=True).returncode


def main():
    binary = os.environ['SNUG_BIN']
    writer = os.path.join(os.path.dirname(binary), 'test', 'facts', 'receipt_test')
    rng, crypto = random.Random(4), Crypto()
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([writer], env={**os.environ, 'SNUG_RECEIPTS': folder}, capture_output=True, text=True)
        check('receipts are written', done.returncode == 0, done.stderr[-300:])
        keyfile = os.path.join(folder, 'keys')
        with open(keyfile, encoding='utf-8') as f:
            keys = {k['kid']: k['ed25519'] for k in json.load(f)['keys']}
        paths = sorted(os.path.join(folder, n) for n in os.listdir(folder) if n.endswith('.json'))
        held = []
        for path in paths:
            with open(path, 'rb') as f:
                held.append(f.read())
        check('there are several', len(held) >= 5, len(held))
        check('each holds', all(read(d, keys, crypto) for d in held))
        check('snug says so as well', [snug_says(binary, p, keyfile) for p in paths] == [0] * len(paths))
        check('none with a turned bit is taken', sum(turned(d, keys, crypto, rng) for d in (held * 2)[:10]) == 0)
        other = os.path.join(folder, 'other')
        with open(other, 'wb') as f:
            f.write(held[0].replace(b'ConsentGiven', b'ConsentGivem', 1))
        check('snug refuses what was changed', snug_says(binary, other, keyfile) == 1)
        states = {read(d, keys, crypto)['events'][-1]['event_state'] for d in held}
        check('giving, renewing and withdrawing are among them', {'ConsentGiven', 'RenewedConsentGiven', 'ConsentWithdrawn'} <= states, states)
    house.finish()


main()
