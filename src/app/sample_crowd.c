/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sample_in.h"
err sample_crowd(struct arena *a, const struct sample_opts *o, sample_fn *fn, void *arg) {(void)a;(void)o;(void)fn;(void)arg; return E_INVALID;}
