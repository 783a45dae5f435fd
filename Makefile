# tenure: see README.md. Everything is built below $(BUILD); nothing generated is committed.
#
#   make             the program and the library
#   make demo        a database after the iPaaS policy: check, eval, explain
#   make demo-full   the same policy on MariaDB, OpenSearch and Kafka, started for it
#   make test        every test that needs no server; ends with "N passed, N failed"
#   make unit        the unit tests alone, in seconds
#   make test-servers the adapters against genuine servers, which it starts and stops
#   make nightly     both, with a cluster of three nodes and every transition of every zone
#   make san         everything again under AddressSanitizer and UBSan, in $(BUILD)/san
#   make test-python the Python package, with pyarrow, Polars, DuckDB and pandas
#   make tsan        the interface and eval --threads under ThreadSanitizer
#   make fuzz        the fuzz targets, FUZZ_SECONDS each (clang)
#   make diff-oracle random policies decided twice; N= how many, SEED= to repeat them
#   make diff-cel    random conditions against cel-go (needs Go); N=, SEED= as above
#   make bench       ratios against hand-written C and peers; make bench-peers gets those
#   make bench-compare OLD= NEW=  two of its results; make bench-profile  where the time goes
#   make bench-servers the same against hand-written SQL and a bare consumer, on servers it starts and stops
#   make fmt-check   is the C code formatted; make fmt formats it
#   make deps        installs what is missing (Debian packages)
#   make install     DESTDIR= PREFIX=/usr/local

.SUFFIXES:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all

# one line a step; V=1 shows the commands
Q := $(if $(V),,@)
say = @printf '  %-5s %s\n' $(1) $(2)

BUILD   ?= build
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
CXX     := $(if $(filter default,$(origin CXX)),$(if $(findstring clang,$(CC)),$(subst clang,clang++,$(CC)),g++),$(CXX))
AR      := ar
OBJCOPY := objcopy
PREFIX  ?= /usr/local
VERSION := $(shell sed -n 's/^.define TENURE_VERSION "\(.*\)"/\1/p' interp/include/tenure.h)
export SOURCE_DATE_EPOCH ?= 1700000000

WARN_ALL := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum -Wvla -Werror
WARN_C   := $(WARN_ALL) -Wstrict-prototypes -Wmissing-prototypes
OPTIMIZE ?= -O2 -g
COMMON   := $(OPTIMIZE) -I. -I$(BUILD)/gen -fPIC -fvisibility=hidden -ffile-prefix-map=$(CURDIR)/= -ffile-prefix-map=$(BUILD)/=build/ -MMD -MP
ALL_CFLAGS   = -std=c11 -D_POSIX_C_SOURCE=200809L $(COMMON) $(WARN_C) $(SANITIZE) $(DEFINES) $(CFLAGS)
ALL_CXXFLAGS = -std=c++17 $(COMMON) $(WARN_ALL) -fno-rtti $(SANITIZE) $(DEFINES) $(CXXFLAGS)
ALL_LDFLAGS  = $(SANITIZE) -Wl,--build-id=none $(LDFLAGS)
LIB_LIBS  := -lre2 -lsodium -lstdc++ -lm
PROG_LIBS := -lsqlite3 -ldl -pthread

# The program holds its libraries, since loading them would be most of a short run;
# STATIC= links it with the shared ones, as sanitizers want it. simdjson is loaded by
# name when there is much to read (interp/store/json_index.h).
STATIC ?= $(if $(SANITIZE),,1)
ifneq ($(STATIC),)
EXE_LIBS := -static-libstdc++ -static-libgcc -Wl,--as-needed \
    -Wl,-Bstatic -lsqlite3 -lre2 -lsodium -Wl,-Bdynamic -ldl -pthread -lm
else
EXE_LIBS := $(PROG_LIBS) $(LIB_LIBS)
endif
SIMDJSON := $(shell readelf -d "$$($(CXX) -print-file-name=libsimdjson.so)" 2>/dev/null | \
                 sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')

# --- sources by room; a new file in a room needs no line here
LIB_ROOMS  := base calendar syntax cel check image compile record decide api
PROG_ROOMS := push store eval apply tools cli
# what hosts want of the other rooms
LIB_MORE   := interp/eval/needs.c $(wildcard interp/tools/explain*.c)
LIB_C   := $(sort $(wildcard $(LIB_ROOMS:%=interp/%/*.c) stdlib/*.c) $(LIB_MORE))
LIB_CC  := $(sort $(wildcard $(LIB_ROOMS:%=interp/%/*.cc) stdlib/*.cc))
PROG_C  := $(sort $(filter-out $(LIB_MORE),$(wildcard $(PROG_ROOMS:%=interp/%/*.c))))
PROG_CC := $(sort $(wildcard $(PROG_ROOMS:%=interp/%/*.cc)))
GEN_C   := $(BUILD)/gen/parser.c $(BUILD)/gen/scanner.c $(BUILD)/gen/stdlib_text.c
PROG_GEN_C := $(BUILD)/gen/findings_text.c
LIB_O   := $(LIB_C:%.c=$(BUILD)/obj/%.o) $(LIB_CC:%.cc=$(BUILD)/obj/%.o) $(GEN_C:.c=.o)
PROG_O  := $(PROG_C:%.c=$(BUILD)/obj/%.o) $(PROG_CC:%.cc=$(BUILD)/obj/%.o) $(PROG_GEN_C:.c=.o)
INSIDE  := $(BUILD)/obj/libtenure.a
SQLITE_O := $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard interp/bindings/sqlite/*.c)))
UNIT    := $(patsubst tests/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/*/test_*.c)))
FAULT   := $(patsubst tests/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/fault/test_*.c)))

.PHONY: all
all: $(BUILD)/tenure $(BUILD)/libtenure.a $(BUILD)/libtenure.so $(BUILD)/lib/tenure.so

# for other programs: one object, in which all but the interface is local to it
$(BUILD)/libtenure.a: $(LIB_O)
	$(call say,AR,$@)
	$(Q)$(CC) -r -nostdlib -o $(BUILD)/obj/libtenure.o $(sort $^)
	$(Q)$(OBJCOPY) --localize-hidden $(BUILD)/obj/libtenure.o
	@rm -f $@
	$(Q)$(AR) rcsD $@ $(BUILD)/obj/libtenure.o

# for our own program and tests: the same with its inside
$(INSIDE): $(LIB_O)
	$(call say,AR,$@)
	@rm -f $@
	$(Q)$(AR) rcsD $@ $(sort $^)

$(BUILD)/libtenure.so: $(LIB_O) interp/api/libtenure.map
	$(call say,LD,$@)
	$(Q)$(CXX) -shared $(ALL_LDFLAGS) -Wl,-soname,libtenure.so.0 \
	    -Wl,--version-script=interp/api/libtenure.map -o $@ $(sort $(LIB_O)) $(LIB_LIBS)

# the SQLite extension: .load build/lib/tenure
$(BUILD)/lib/tenure.so: $(SQLITE_O) $(BUILD)/libtenure.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CXX) -shared $(ALL_LDFLAGS) -Wl,--exclude-libs,ALL -o $@ $(sort $(SQLITE_O)) $(BUILD)/libtenure.a $(LIB_LIBS)

$(BUILD)/tenure: $(PROG_O) $(INSIDE)
	$(call say,LD,$@)
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $(sort $(PROG_O)) $(INSIDE) $(EXE_LIBS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/obj/%.o: %.cc
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(ALL_CXXFLAGS) -c -o $@ $<

$(BUILD)/obj/interp/store/json_index.o: override DEFINES += -DTN_SIMDJSON_FILE='"$(SIMDJSON)"'

# --- generated: the parser, the scanner, the texts of the standard library and of help
$(BUILD)/gen/parser.c $(BUILD)/gen/parser.h &: grammar/parser.y
	@mkdir -p $(BUILD)/gen
	$(call say,BISON,$<)
	$(Q)bison -Wcounterexamples -Werror --no-lines --defines=$(BUILD)/gen/parser.h -o $(BUILD)/gen/parser.c $<

$(BUILD)/gen/scanner.c: grammar/scanner.l
	@mkdir -p $(BUILD)/gen
	$(call say,FLEX,$<)
	$(Q)flex --noline -o $@ $<

$(BUILD)/gen/stdlib_text.c: stdlib/embed.sh $(sort $(wildcard stdlib/*.tenure))
	@mkdir -p $(BUILD)/gen
	$(call say,EMBED,$@)
	$(Q)sh stdlib/embed.sh $(sort $(wildcard stdlib/*.tenure)) > $@

$(BUILD)/gen/findings_text.c: grammar/embed_findings.sh grammar/findings.md
	@mkdir -p $(BUILD)/gen
	$(call say,EMBED,$@)
	$(Q)sh grammar/embed_findings.sh grammar/findings.md > $@

$(BUILD)/gen/%.o: $(BUILD)/gen/%.c $(BUILD)/gen/parser.h
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) $(if $(filter scanner,$*),-Wno-unused-function) -c -o $@ $<

$(LIB_O) $(PROG_O): | $(BUILD)/gen/parser.h

# --- tests: each suite prints TAP, tests/run adds them up
SUPPORT_O := $(patsubst %.c,$(BUILD)/obj/%.o,$(sort $(wildcard tests/support/*.c)))
TEST_O    := $(SUPPORT_O) $(filter-out %/cli/main.o,$(PROG_O)) $(INSIDE)

$(BUILD)/tests/%: tests/%.c $(TEST_O)
	@mkdir -p $(@D)
	$(call say,TEST,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@.o $<
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $@.o $(TEST_O) -lcmocka $(PROG_LIBS) $(LIB_LIBS)

.PHONY: test unit san deps fmt fmt-check clean
test: deps
	@$(MAKE) --no-print-directory all tests $(BUILD)/tests/growth/growth
	@BUILD=$(BUILD) sh tests/run all

unit: deps
	@$(MAKE) --no-print-directory tests
	@BUILD=$(BUILD) sh tests/run unit

# one server after the other; what one needs is installed, or its tests are skipped
.PHONY: test-servers
test-servers: deps
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) SUMMARY=$(BUILD)/servers.summary \
	    sh tests/run $(sort $(wildcard tests/servers/*/run))

# what takes long besides: a cluster of three nodes one of which is lost, every transition of every zone
.PHONY: nightly
nightly:
	@TENURE_CLUSTER=1 TENURE_TEST_DEEP=1 $(MAKE) --no-print-directory test test-servers

.PHONY: tests
tests: $(UNIT) $(FAULT) $(BUILD)/tests/conformance $(BUILD)/tests/demo/make_data

$(BUILD)/tests/conformance: tests/conformance/conformance.c $(TEST_O)
	@mkdir -p $(@D)
	$(call say,TEST,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@.o $<
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $@.o $(TEST_O) -lcmocka $(PROG_LIBS) $(LIB_LIBS)

# what reads and compiles policies, made to count its steps; sanitizers would only slow it down
COUNTED_ROOMS := base calendar syntax cel check image compile record
COUNTED_SRC := $(sort $(wildcard $(COUNTED_ROOMS:%=interp/%/*.c) $(COUNTED_ROOMS:%=interp/%/*.cc) stdlib/*.c stdlib/*.cc))
COUNTED_O := $(COUNTED_SRC:%=$(BUILD)/counted/%.o) $(GEN_C:$(BUILD)/gen/%=$(BUILD)/counted/gen/%.o)
COUNTED = $(filter-out $(SANITIZE) $(DEFINES),$(1)) -O1 -g0 -fsanitize-coverage=trace-pc -Wno-unused-function
COUNTED_CALLS := memcpy memmove memset memcmp memchr strlen

$(BUILD)/counted/gen/%.c.o: $(BUILD)/gen/%.c $(BUILD)/gen/parser.h
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(call COUNTED,$(ALL_CFLAGS)) -c -o $@ $<

$(BUILD)/counted/%.c.o: %.c $(BUILD)/gen/parser.h
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(call COUNTED,$(ALL_CFLAGS)) -c -o $@ $<

$(BUILD)/counted/%.cc.o: %.cc
	@mkdir -p $(@D)
	$(call say,CXX,$@)
	$(Q)$(CXX) $(call COUNTED,$(ALL_CXXFLAGS)) -c -o $@ $<

$(BUILD)/tests/growth/growth: tests/growth/growth.c tests/growth/count.c tests/growth/count.h tests/support/memory.c $(COUNTED_O)
	@mkdir -p $(@D)
	$(call say,TEST,$@)
	$(Q)for file in growth/growth growth/count support/memory; do \
	    $(CC) $(filter-out $(SANITIZE) $(DEFINES),$(ALL_CFLAGS)) -c -o $(@D)/$$(basename $$file).o tests/$$file.c || exit 1; done
	$(Q)$(CXX) $(filter-out $(SANITIZE),$(ALL_LDFLAGS)) $(COUNTED_CALLS:%=-Wl,--wrap=%) -o $@ $(@D)/growth.o $(@D)/count.o \
	    $(@D)/memory.o $(COUNTED_O) $(LIB_LIBS)

# the Python package, in an environment of its own: pyarrow, Polars, DuckDB and pandas come
# from the registry; where they can't be had, it is skipped, but not in CI
.PHONY: test-python
test-python: deps
	@$(MAKE) --no-print-directory all
	@sh tests/bindings/python/prepare $(BUILD)/venv $(abspath $(BUILD)); status=$$?; \
	if [ $$status = 77 ]; then echo 'skipped: the packages that it is tested with cannot be had'; \
	elif [ $$status != 0 ]; then exit $$status; \
	else BUILD=$(BUILD) $(BUILD)/venv/bin/python -B tests/bindings/python/run; fi

san:
	$(MAKE) BUILD=$(BUILD)/san SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer' DEFINES=-DTN_ARENA_DEBUG OPTIMIZE='-O1 -g' test

# threads over one policy, and over the parts of a file, watched by ThreadSanitizer
.PHONY: tsan tsan-tests
tsan: deps
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/tsan SANITIZE=-fsanitize=thread OPTIMIZE='-O1 -g' tsan-tests
	$(BUILD)/tsan/tests/unit/api/test_api_threads
	BUILD=$(BUILD)/tsan tests/cli/run threads

tsan-tests: $(BUILD)/tests/unit/api/test_api_threads $(BUILD)/tenure $(BUILD)/tests/demo/make_data

# libFuzzer targets, each FUZZ_SECONDS over its corpus, which grows in $(BUILD) alone
FUZZ_SECONDS ?= 60
# 0: another one each time
FUZZ_SEED ?= 0
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
fuzz: deps
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/fuzz CC=clang-14 OPTIMIZE='-O1 -g' \
	    SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
	    fuzz-targets
	@for name in $(FUZZ); do \
	    mkdir -p $(BUILD)/fuzz/corpus/$$name && printf 'fuzz %s\n' $$name && \
	    $(BUILD)/fuzz/tests/fuzz/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) -seed=$(FUZZ_SEED) -timeout=10 \
	        -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 -max_len=16384 \
	        $(BUILD)/fuzz/corpus/$$name $$(ls -d tests/fuzz/corpus/$$name 2>/dev/null) || exit 1; \
	done

.PHONY: fuzz fuzz-targets
fuzz-targets: $(FUZZ:%=$(BUILD)/tests/fuzz/fuzz_%)

$(BUILD)/tests/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(TEST_O)
	@mkdir -p $(@D)
	$(call say,TEST,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@.o $<
	$(Q)$(CXX) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $@.o $(TEST_O) -lcmocka $(PROG_LIBS) $(LIB_LIBS)

# --- the demo, and what it is measured against
.PHONY: demo bench bench-figures bench-compare bench-profile bench-peers bench-servers
demo: deps
	@$(MAKE) --no-print-directory all $(BUILD)/tests/demo/make_data
	@BUILD=$(BUILD) sh tests/demo/demo.sh

.PHONY: demo-full
demo-full: deps
	@$(MAKE) --no-print-directory all $(BUILD)/tests/demo/make_data
	@BUILD=$(BUILD) bash tests/demo/full.sh

BENCH := $(addprefix $(BUILD)/tests/bench/,limit_sqlite limit_jsonl nothing columns cel limit_cel limit_re2 host compile)
# BENCH_ONLY="columns cel": those alone; the figures are in $(BUILD)/bench.json and bench.md
bench: deps
	@$(MAKE) --no-print-directory all $(BUILD)/tests/demo/make_data $(BENCH)
	@BUILD=$(BUILD) python3 -B tests/bench/bench.py

# the same, kept as the last figures: the page in tests/bench
bench-figures:
	@$(MAKE) --no-print-directory bench-peers
	@$(MAKE) --no-print-directory bench
	cp $(BUILD)/bench.md tests/bench/figures.md

# OLD= and NEW= are two bench.json
bench-compare:
	@python3 -B tests/bench/compare.py $(OLD) $(NEW)

bench-profile: deps
	@$(MAKE) --no-print-directory all $(BUILD)/tests/demo/make_data $(BENCH)
	@BUILD=$(BUILD) python3 -B tests/bench/where.py

# what it is measured against, from the registries of their languages, each of the version that
# its file of dependencies names; what cannot be had here is left out
PEERS := $(addprefix $(BUILD)/peers/,cel_go cel_rule opa cedar)
bench-peers: deps
	@sh tests/bench/peers.sh $(BUILD) $(PEERS)

$(BUILD)/peers/cel_go $(BUILD)/peers/cel_rule: $(wildcard tests/cel_diff/bench/*.go tests/cel_diff/rule/*.go) tests/cel_diff/go.sum
	$(call say,GO,$@)
	$(Q)cd tests/cel_diff && go build -o $(abspath $@) ./$(if $(filter %/cel_go,$@),bench,rule)

$(BUILD)/peers/opa: tests/bench/opa/main.go tests/bench/opa/go.sum
	$(call say,GO,$@)
	$(Q)cd tests/bench/opa && go build -o $(abspath $@) .

$(BUILD)/peers/cedar: tests/bench/cedar/main.rs tests/bench/cedar/Cargo.lock
	$(call say,CARGO,$@)
	$(Q)cargo build --release --locked --quiet --manifest-path tests/bench/cedar/Cargo.toml --target-dir $(BUILD)/cedar
	$(Q)cp $(BUILD)/cedar/release/bench_cedar $@

bench-servers: deps
	@$(MAKE) --no-print-directory all $(BUILD)/tests/demo/make_data $(BUILD)/tests/bench/limit_kafka
	@BUILD=$(BUILD) python3 tests/bench/servers.py
	@BUILD=$(BUILD) python3 tests/bench/kafka.py

$(BUILD)/tests/bench/limit_sqlite: tests/bench/limit_sqlite.c tests/bench/audit_rule.h
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $< $(ALL_LDFLAGS) -lsqlite3

$(BUILD)/tests/bench/nothing: tests/bench/nothing.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $< $(ALL_LDFLAGS)

$(BUILD)/tests/bench/limit_jsonl: tests/bench/limit_jsonl.cc tests/bench/audit_rule.h
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CXX) $(ALL_CXXFLAGS) -o $@ $< $(ALL_LDFLAGS) -lsimdjson

$(BUILD)/tests/bench/limit_kafka: tests/bench/limit_kafka.cc tests/bench/audit_rule.h
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CXX) $(ALL_CXXFLAGS) -o $@ $< $(ALL_LDFLAGS) -lrdkafka -lsimdjson

$(BUILD)/tests/bench/cel: tests/bench/cel.c tests/bench/cel_rows.h $(INSIDE)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -D_DEFAULT_SOURCE -c -o $@.o $<
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $@.o $(INSIDE) $(LIB_LIBS)

$(BUILD)/tests/bench/compile: tests/bench/compile.c $(BUILD)/libtenure.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -D_DEFAULT_SOURCE -c -o $@.o $<
	$(Q)$(CXX) $(ALL_LDFLAGS) -o $@ $@.o $(BUILD)/libtenure.a $(LIB_LIBS)

$(BUILD)/tests/bench/limit_cel: tests/bench/limit_cel.c tests/bench/cel_rows.h
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -D_DEFAULT_SOURCE -o $@ $< $(ALL_LDFLAGS)

$(BUILD)/tests/bench/limit_re2: tests/bench/limit_re2.cc tests/bench/cel_rows.h
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CXX) $(ALL_CXXFLAGS) -o $@ $< $(ALL_LDFLAGS) -lre2

# for tests/bench/search.py, which starts a server
$(BUILD)/tests/bench/limit_search: tests/bench/limit_search.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -DCURL_DISABLE_TYPECHECK -o $@ $< $(ALL_LDFLAGS) -lcurl

# the program against tests/oracle, an evaluator of its own
N    ?= 200
SEED ?= $(shell date +%s)
.PHONY: diff-oracle
diff-oracle: $(BUILD)/tenure
	@BUILD=$(BUILD) python3 -B tests/oracle/diff.py -n $(N) --seed $(SEED)

# conditions against cel-go
.PHONY: diff-cel
diff-cel: $(BUILD)/tests/conformance
	@BUILD=$(BUILD) python3 -B tests/cel_diff/diff.py -n $(N) --seed $(SEED)

deps:
	@sh .ci/deps

# --- installing
DEST = $(DESTDIR)$(PREFIX)
.PHONY: install
install: all $(BUILD)/tenure.pc
	install -d $(DEST)/bin $(DEST)/lib/pkgconfig $(DEST)/include $(DEST)/share/doc/tenure
	install -d $(DEST)/share/man/man1 $(DEST)/share/man/man3 $(DEST)/share/man/man5
	install -m 755 $(BUILD)/tenure $(DEST)/bin/tenure
	install -m 644 $(BUILD)/libtenure.a $(DEST)/lib/libtenure.a
	install -m 755 $(BUILD)/libtenure.so $(DEST)/lib/libtenure.so.$(VERSION)
	ln -sf libtenure.so.$(VERSION) $(DEST)/lib/libtenure.so.0
	ln -sf libtenure.so.0 $(DEST)/lib/libtenure.so
	install -d $(DEST)/lib/sqlite3
	install -m 755 $(BUILD)/lib/tenure.so $(DEST)/lib/sqlite3/tenure.so
	install -m 644 interp/include/tenure.h $(DEST)/include/tenure.h
	install -m 644 grammar/man/tenure.1 $(DEST)/share/man/man1/tenure.1
	install -m 644 grammar/man/libtenure.3 $(DEST)/share/man/man3/libtenure.3
	install -m 644 grammar/man/tenure-language.5 $(DEST)/share/man/man5/tenure-language.5
	install -m 644 grammar/LANGUAGE.md $(DEST)/share/doc/tenure/LANGUAGE.md
	install -m 644 $(BUILD)/tenure.pc $(DEST)/lib/pkgconfig/tenure.pc

$(BUILD)/tenure.pc: Makefile interp/include/tenure.h
	@mkdir -p $(BUILD)
	printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$${prefix}/lib' 'includedir=$${prefix}/include' '' \
	    'Name: tenure' 'Description: data retention policies, decided' \
	    'Version: $(VERSION)' 'Requires.private: re2 libsodium' \
	    'Libs: -L$${libdir} -ltenure' 'Libs.private: -lstdc++ -lm' \
	    'Cflags: -I$${includedir}' > $@

C_FILES := $(shell git ls-files -co --exclude-standard '*.c' '*.h' '*.cc' 2>/dev/null)
fmt:
	@clang-format-14 -i $(C_FILES)

fmt-check:
	@clang-format-14 --dry-run -Werror $(C_FILES)

clean:
	rm -rf $(BUILD)

-include $(wildcard $(BUILD)/counted/*/*/*.d $(BUILD)/counted/*/*.d $(BUILD)/obj/*/*/*/*.d $(BUILD)/obj/*/*/*.d $(BUILD)/obj/*/*.d $(BUILD)/gen/*.d $(BUILD)/tests/*/*/*.d $(BUILD)/tests/*/*.d)
