/* SPDX-License-Identifier: GPL-3.0-or-later
 * idea_log.h - fields of the records of ideas; numbers are for ever. For idea*.c only. */
#pragma once
enum { IDEA_REC_NAME = 1, IDEA_REC_AT, IDEA_REC_SIZE, IDEA_REC_SIGN };
