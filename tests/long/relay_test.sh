#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# src/talk/relay_test.c with 50 who take part and 10,000 deliveries over a channel that comes and goes.
cd "$(dirname "$0")/../.." || exit 2
RELAY_PEOPLE=50 RELAY_LETTERS=205 CMOCKA_MESSAGE_OUTPUT=tap exec out/debug/test/talk/relay_test
