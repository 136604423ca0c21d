#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# src/app/torture_test.c at every eleventh place instead of some; TORTURE_EVERY=1 for all.
cd "$(dirname "$0")/../.." || exit 2
TORTURE_EVERY=${TORTURE_EVERY:-11} CMOCKA_MESSAGE_OUTPUT=tap exec out/debug/test/app/torture_test
