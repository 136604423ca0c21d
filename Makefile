# SPDX-License-Identifier: GPL-3.0-or-later
# One Makefile. `make` builds out/release/snug; `make test` the quick tests; `make check` the checks.
# BUILD=release|debug|asan|fuzz chooses the flags and the folder below out/.

BUILD ?= release
CC    := $(if $(filter fuzz,$(BUILD)),clang,gcc)
OUT   := out/$(BUILD)
PKGS  := gmime-3.0 sqlite3 libpq libevent libevent_pthreads libcurl jansson libsodium openssl gumbo libcmark libutf8proc libexttextcat igraph libzstd libical libarchive libidn2 libqrencode

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wvla -Wformat=2 \
        -Wconversion -Wno-sign-conversion -Wundef -Wimplicit-fallthrough -Werror
# no fused multiply-add anywhere: ties computed live and replayed elsewhere must be equal to the last bit
BASE := -std=gnu17 -D_GNU_SOURCE -ffp-contract=off -fstack-protector-strong -pthread $(WARN) -MMD -MP -Isrc -I$(OUT)/gen
CFLAGS_release := -O2 -g -DNDEBUG -D_FORTIFY_SOURCE=3 -fstack-clash-protection -fcf-protection -fPIE
CFLAGS_debug   := -O1 -g
CFLAGS_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS_release := -pie -Wl,-z,relro,-z,now,-z,noexecstack
LDFLAGS_asan    := -fsanitize=address,undefined
LDFLAGS_fuzz    := -fsanitize=fuzzer,address,undefined

PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) | sed 's/-I/-isystem /g')
# libetpan by name: its .pc file repeats linker flags that clang refuses
PKG_LIBS   := $(shell pkg-config --libs $(PKGS)) -letpan -lresolv -lm -lz
CFLAGS     := $(BASE) $(CFLAGS_$(BUILD)) $(PKG_CFLAGS)

SRC   := $(shell find src -name '*.c' ! -name '*_test.c' | sort)
HTML  := $(shell find src -name '*.html' | sort)
SCHEMA:= $(shell find src -name '*.sql' | sort)
TESTS := $(shell find src -name '*_test.c' | sort)
GEN_C := $(HTML:src/%.html=$(OUT)/gen/%_html.c)
GEN_H := $(HTML:src/%.html=$(OUT)/gen/%_html.h)
ASSETS := $(shell find src -path '*/assets/*' -type f | sort)
GEN_SQL := $(SCHEMA:src/%.sql=$(OUT)/gen/%_sql.inc)
OBJ   := $(SRC:src/%.c=$(OUT)/obj/%.o) $(GEN_C:$(OUT)/gen/%.c=$(OUT)/obj/gen/%.o) $(OUT)/obj/gen/assets.o
LIBOBJ:= $(filter-out $(OUT)/obj/app/main.o,$(OBJ))
UNIT  := $(TESTS:src/%_test.c=$(OUT)/test/%_test)
FUZZ  := $(patsubst tests/fuzz/%.c,$(OUT)/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
BENCH := $(patsubst tests/bench/%.c,$(OUT)/bench/%,$(sort $(wildcard tests/bench/*.c)))

.PHONY: all test bench bench-programs demo clean
.SECONDARY:
all: $(OUT)/snug $(BENCH)

$(OUT)/snug: $(OBJ)
	@mkdir -p $(@D)
	@echo "  LINK $@"; $(CC) $(LDFLAGS_$(BUILD)) -pthread -o $@ $(OBJ) $(PKG_LIBS)

$(OUT)/libsnug.a: $(LIBOBJ)
	@rm -f $@; ar rcs $@ $(LIBOBJ)

$(OUT)/obj/%.o: src/%.c Makefile | $(GEN_SQL) $(GEN_H)
	@mkdir -p $(@D)
	@echo "  CC   $<"; $(CC) $(CFLAGS) -c -o $@ $<

$(OUT)/obj/gen/%.o: $(OUT)/gen/%.c | $(GEN_H)
	@mkdir -p $(@D)
	@echo "  CC   $<"; $(CC) $(CFLAGS) -Wno-unused-parameter -c -o $@ $<

$(OUT)/tools/embed: TOOL_LIBS := -lz
$(OUT)/tools/%: tools/%.c
	@mkdir -p $(@D)
	@echo "  TOOL $<"; $(CC) -std=gnu17 -D_GNU_SOURCE -O1 $(WARN) -o $@ $< $(TOOL_LIBS)

# a template becomes a C file and its header, a schema a string
$(OUT)/gen/%_html.c: src/%.html $(OUT)/tools/tpl
	@mkdir -p $(@D)
	$(OUT)/tools/tpl $< > $@.tmp && mv $@.tmp $@

$(OUT)/gen/%_html.h: src/%.html $(OUT)/tools/tpl
	@mkdir -p $(@D)
	$(OUT)/tools/tpl -h $< > $@.tmp && mv $@.tmp $@

# every file of a folder named assets is part of the program
$(OUT)/gen/assets.c: $(ASSETS) $(OUT)/tools/embed
	@mkdir -p $(@D)
	$(OUT)/tools/embed $(ASSETS) > $@.tmp && mv $@.tmp $@

$(OUT)/gen/%_sql.inc: src/%.sql
	@mkdir -p $(@D)
	@sed 's/\\/\\\\/g; s/"/\\"/g; s/^/"/; s/$$/\\n"/' $< > $@

# its faults stand before the functions that fail
$(OUT)/test/app/torture_test: WRAP := -Wl,--wrap=arena_alloc -Wl,--wrap=db_open -Wl,--wrap=random_bytes
# its chance is foretold
$(OUT)/test/app/persona_test: WRAP := -Wl,--wrap=randombytes_buf
$(OUT)/test/%_test: src/%_test.c $(OUT)/libsnug.a
	@mkdir -p $(@D); rm -f $@
	@echo "  TEST $@"; $(CC) $(CFLAGS) $(LDFLAGS_$(BUILD)) $(WRAP) -o $@ $< $(OUT)/libsnug.a $(PKG_LIBS) -lcmocka

$(OUT)/bench/%: tests/bench/%.c $(OUT)/libsnug.a
	@mkdir -p $(@D)
	@echo "  TEST $@"; $(CC) $(CFLAGS) $(LDFLAGS_$(BUILD)) -o $@ $< $(OUT)/libsnug.a $(PKG_LIBS)

bench-programs: $(BENCH)

# the table of figures, beside notmuch and mu: BENCH_MESSAGES=5000 for a quick look
BENCH_MESSAGES ?= 100000
bench: $(OUT)/snug $(BENCH)
	@tools/install bench
	@tests/bench/table.py --messages $(BENCH_MESSAGES)

# one target a parser of foreign bytes; without libFuzzer it reads the seeds and ends
REPLAY := $(if $(filter fuzz,$(BUILD)),,tests/fuzz/replay.c)
$(OUT)/fuzz/%: tests/fuzz/%.c $(wildcard tests/fuzz/*.h) $(REPLAY) $(OUT)/libsnug.a
	@mkdir -p $(@D)
	@echo "  FUZZ $@"; $(CC) $(CFLAGS) $(LDFLAGS_$(BUILD)) -o $@ $< $(REPLAY) $(OUT)/libsnug.a $(PKG_LIBS)

# `make fuzz` tries every target for FUZZ_SECONDS, two at a time; what it finds stays in out/fuzz
FUZZ_SECONDS ?= 15
.PHONY: fuzz fuzz-programs
fuzz-programs: $(FUZZ)
fuzz:
	@$(MAKE) -s --no-print-directory BUILD=fuzz fuzz-programs
	@tools/fuzz $(FUZZ_SECONDS) $(ONLY)

test: $(UNIT) $(OUT)/tools/tpl
	@for t in $(UNIT); do CMOCKA_MESSAGE_OUTPUT=tap $$t || exit 1; done
	@python3 tests/tools/tpl_test.py $(OUT)/tools/tpl $(CC)

# a house of cardboard that shows every part of the style sheet: out/$(BUILD)/demo 127.0.0.1:8080
demo: $(OUT)/demo
$(OUT)/demo: tests/demo/demo.c tests/demo/demo.html $(OUT)/libsnug.a $(OUT)/tools/tpl
	@mkdir -p $(OUT)/gen/tests/demo
	$(OUT)/tools/tpl -h tests/demo/demo.html > $(OUT)/gen/tests/demo/demo_html.h
	$(OUT)/tools/tpl tests/demo/demo.html > $(OUT)/gen/tests/demo/demo_html.c
	$(CC) $(CFLAGS) -Wno-unused-parameter $(LDFLAGS_$(BUILD)) -o $@ tests/demo/demo.c $(OUT)/gen/tests/demo/demo_html.c $(OUT)/libsnug.a $(PKG_LIBS)

# for tools and tests: the flags, the library, the test programs
.PHONY: check format flags lib units list-units generated
flags:
	@echo '$(CFLAGS)'
generated: $(GEN_C) $(GEN_H) $(GEN_SQL)
lib: $(OUT)/libsnug.a
units: $(UNIT)
list-units:
	@for t in $(UNIT); do echo $$t; done

# `make check` all checks, or one: make check ONLY=layers
check:
	@$(MAKE) -s --no-print-directory BUILD=debug lib $(if $(wildcard src/app/main.c),out/debug/obj/app/main.o)
	@CFLAGS='$(shell $(MAKE) -s --no-print-directory BUILD=debug flags)' tools/check $(ONLY)

format:
	clang-format -i $$(find src tools -name '*.[ch]')

# the long tests: whole houses and sets of mail, judged by truths that are known; see tests/long
$(OUT)/long/%: tests/long/%.c $(OUT)/libsnug.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS_$(BUILD)) -o $@ $< $(OUT)/libsnug.a $(PKG_LIBS)

.PHONY: long long-programs
long-programs:
	@$(MAKE) -s --no-print-directory BUILD=release all out/release/long/mail_probe out/release/long/send_probe out/release/long/imap_probe
	@$(MAKE) -s --no-print-directory BUILD=asan out/asan/long/mail_torture
	@$(MAKE) -s --no-print-directory BUILD=debug out/debug/test/app/torture_test
long: long-programs
	tools/tap -j1 --limit 1500 --may-skip --slow 9 $(sort $(wildcard tests/long/*_test.*))

# a package for Debian: out/deb/snug_VERSION_ARCH.deb
.PHONY: deb
deb:
	@tools/install build deb
	@$(MAKE) -s --no-print-directory BUILD=release out/release/snug
	@tools/deb out/release/snug

clean:
	rm -rf out

-include $(OBJ:.o=.d) $(UNIT:=.d) $(BENCH:=.d)
