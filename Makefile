# nslaunch and nsinit. `make` builds both into build/, `make help` says the rest.
#
# Both programs are static and built with musl: they run where there is no libc. nsinit depends on
# nothing in launcher/, and is embedded in nslaunch.

CC := $(shell command -v musl-gcc || echo cc)
BUILD := build
PREFIX := /usr/local
DESTDIR :=

# What runs while building is made for this machine, here.
HERE := $(BUILD)
HERE_CC := $(CC)

# ARCH=arm64 and so on: nsinit for another architecture, in a folder of its own. strip must know
# the architecture; readelf knows all.
CROSS :=
ifneq ($(ARCH),)
ifneq ($(ARCH),$(shell dpkg --print-architecture))
ifneq ($(filter-out nsinit,$(or $(MAKECMDGOALS),all)),)
$(error only nsinit is built for $(ARCH): make nsinit ARCH=$(ARCH))
endif
BUILD := build/$(ARCH)
CROSS := build/cross/$(ARCH)
CC := $(CROSS)/musl-gcc
export STRIP := $(CROSS)/strip
endif
endif

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wvla -Wwrite-strings -Wundef -Wno-missing-field-initializers
# As small as the compiler can: gcc has -Oz since version 12.
SMALL := $(shell $(CC) -Oz -E - </dev/null >/dev/null 2>&1 && echo -Oz || echo -Os)
CPPFLAGS := -D_GNU_SOURCE -isystem $(BUILD)/kernel-headers
CFLAGS := -std=c17 $(SMALL) -g -fno-pie -fno-stack-protector -ffunction-sections -fdata-sections \
	-fno-asynchronous-unwind-tables -fno-unwind-tables $(WARNINGS)
# noseparate-code, norelro: no pages of file and memory that are nearly empty. (There is nothing for
# relro to protect: a static program has no relocations.)
LDFLAGS := -static -no-pie -Wl,--gc-sections -Wl,-z,noseparate-code -Wl,-z,norelro -Wl,--build-id=none

INIT_SOURCES := $(wildcard init/*.c)
# What of nsinit is nslaunch's too: how options are read and what they mean, signals, messages.
SHARED_SOURCES := $(addprefix init/,arguments.c covers.c descriptors.c handover.c identity.c init.c kernel.c loopback.c memory.c message.c options.c \
	names.c nearest.c overlay.c request.c resolve.c signals.c stdio.c terminal.c text.c tmpfs.c users.c filter.c)
LAUNCHER_SOURCES := $(wildcard launcher/*.c)
# The compiler of profiles: how options are read, messages, the names of capabilities.
COMPILER_SOURCES := $(wildcard seccomp/*.c) launcher/capabilities.c \
	$(addprefix init/,memory.c message.c nearest.c options.c text.c)

# What PID 1 needs to its end is linked last, beside the libc: in few pages. See memory_leave_start.
INIT_LAST := $(addprefix init/,text.c message.c memory.c handover.c lifeline.c terminal.c \
	descendants.c signals.c reap.c supervise.c)
INIT_SOURCES := $(filter-out $(INIT_LAST),$(INIT_SOURCES)) $(INIT_LAST)
INIT_OBJECTS := $(INIT_SOURCES:%.c=$(BUILD)/%.o)
SHARED_OBJECTS := $(SHARED_SOURCES:%.c=$(BUILD)/%.o)
LAUNCHER_OBJECTS := $(LAUNCHER_SOURCES:%.c=$(BUILD)/%.o)
COMPILER_OBJECTS := $(COMPILER_SOURCES:%.c=$(BUILD)/%.o)
LIBCAP := $(BUILD)/libcap
NAMES := $(BUILD)/include/capability-names.h
LIBSECCOMP := $(HERE)/libseccomp
FILTER := $(HERE)/include/seccomp-default.h
NEWER := $(BUILD)/include/seccomp-newer.h
LIBCJSON := $(BUILD)/cjson

V := 0
say = @$(if $(filter 0,$(V)),printf '  %-8s %s\n' '$(1)' '$(2)' >&2)
quiet = $(if $(filter 0,$(V)),@)

# Every target is written beside its name and renamed: what a build that was killed has half written
# must not be newer than its source under that name, nor stop make, which reads the .d files first.
dependencies = $(basename $@).d
compile = $(1) -MMD -MP -MT $@ -MF $(dependencies).new -o $@.new && \
	mv $(dependencies).new $(dependencies) && mv $@.new $@

.PHONY: all nsinit nslaunch nslaunch-seccomp docs-seccomp check check-filter check-daemons lint bench bench-plot bench-init sanitize fuzz faults install uninstall clean help print-cflags FORCE
all: nsinit nslaunch nslaunch-seccomp
nsinit: $(BUILD)/nsinit
nslaunch: $(BUILD)/nslaunch
nslaunch-seccomp: $(BUILD)/nslaunch-seccomp

# An object is made anew when what it is made with changes, not only its source.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)' | cmp -s - $@ || \
		echo '$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)' >$@

ifneq ($(CROSS),)
$(CC): scripts/cross-musl
	$(quiet)scripts/cross-musl $(ARCH) $(CROSS)
$(BUILD)/kernel-headers: | $(CC)
	@mkdir -p $(@D)
	$(quiet)ln -sfnr $(CROSS)/kernel-headers $@
$(HERE)/kernel-headers:
	$(quiet)scripts/link-kernel-headers $@
else
$(BUILD)/kernel-headers:
	$(call say,LINK,$@)
	$(quiet)scripts/link-kernel-headers $@
endif

$(LIBCAP)/libcap.a:
	$(call say,BUILD,libcap)
	$(quiet)scripts/build-libcap $(LIBCAP)

# What libcap knows, asked for once: see there.
$(NAMES): scripts/list-capabilities.c $(BUILD)/flags $(LIBCAP)/libcap.a | $(BUILD)/kernel-headers
	@mkdir -p $(@D)
	$(call say,MAKE,$@)
	$(quiet)$(CC) $(CPPFLAGS) -isystem $(LIBCAP)/include $(CFLAGS) $(LDFLAGS) -o $(BUILD)/list-capabilities \
		$< $(LIBCAP)/libcap.a
	$(quiet)$(BUILD)/list-capabilities >$@.new && mv $@.new $@

$(LIBSECCOMP)/libseccomp.a:
	$(call say,BUILD,libseccomp)
	$(quiet)scripts/build-libseccomp $(LIBSECCOMP)

# The default filter, for every architecture that has one. What makes it runs here and now, and may be
# asked for by several builds at once, for other architectures: each writes under a name of its own.
HERE_FLAGS := -std=c17 -O1 -D_GNU_SOURCE $(WARNINGS) -static -isystem $(HERE)/kernel-headers
$(HERE)/make-seccomp: scripts/make-seccomp.c scripts/seccomp-table.h init/seccomp.h \
		$(LIBSECCOMP)/libseccomp.a | $(HERE)/kernel-headers
	$(quiet)$(HERE_CC) $(HERE_FLAGS) -isystem $(LIBSECCOMP)/include -o $@.$$$$ $< $(LIBSECCOMP)/libseccomp.a && \
		mv $@.$$$$ $@
$(FILTER): scripts/seccomp-calls $(HERE)/make-seccomp
	@mkdir -p $(@D)
	$(call say,MAKE,$@)
	$(quiet)$(HERE)/make-seccomp $< >$@.$$$$ && mv $@.$$$$ $@
$(BUILD)/init/seccomp.o: CPPFLAGS += -I$(dir $(FILTER))
$(BUILD)/init/seccomp.o: $(FILTER)

# What has a number in the table, libseccomp does not know.
$(NEWER): scripts/seccomp-calls
	@mkdir -p $(@D)
	$(quiet)grep -Eo '[a-z0-9_]+=[0-9]+([^0-9@]|$$)' $< | sed -E 's/(.*)=([0-9]+).*/{"\1", \2},/' >$@.new
	$(quiet)mv $@.new $@
$(LIBCJSON)/libcjson.a:
	$(call say,BUILD,cjson)
	$(quiet)scripts/build-cjson $(LIBCJSON)
$(BUILD)/seccomp/%.o: CPPFLAGS += -I$(dir $(NEWER)) -isystem $(LIBSECCOMP)/include -isystem $(LIBCJSON)/include
$(filter $(BUILD)/seccomp/%,$(COMPILER_OBJECTS)): $(NEWER) $(LIBSECCOMP)/libseccomp.a $(LIBCJSON)/libcjson.a

$(BUILD)/launcher/%.o: CPPFLAGS += -I$(dir $(NAMES))
$(BUILD)/launcher/capabilities.o: $(NAMES)

$(BUILD)/%.o: %.c $(BUILD)/flags | $(BUILD)/kernel-headers
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(quiet)$(call compile,$(CC) $(CPPFLAGS) $(CFLAGS) -c $<)

$(BUILD)/launcher/embed.o: launcher/embed.S $(BUILD)/nsinit
	@mkdir -p $(@D)
	$(call say,AS,$<)
	$(quiet)$(CC) -DNSINIT='"$(BUILD)/nsinit"' -c -o $@.new $< && mv $@.new $@

$(BUILD)/nsinit: $(INIT_OBJECTS)
	$(call say,LINK,$@)
	$(quiet)$(CC) $(LDFLAGS) -o $@.debug $^
	$(quiet)scripts/finish-program $@

$(BUILD)/nslaunch: $(LAUNCHER_OBJECTS) $(SHARED_OBJECTS) $(BUILD)/launcher/embed.o
	$(call say,LINK,$@)
	$(quiet)$(CC) $(LDFLAGS) -o $@.debug $^
	$(quiet)scripts/finish-program $@

$(BUILD)/nslaunch-seccomp: $(COMPILER_OBJECTS) $(LIBSECCOMP)/libseccomp.a $(LIBCJSON)/libcjson.a
	$(call say,LINK,$@)
	$(quiet)$(CC) $(LDFLAGS) -o $@.debug $^
	$(quiet)scripts/finish-program $@

# The fuzzers, with clang and the system's libc: all of the product but its two main.c, its memory,
# which fuzz.c has in a way of its own, the default filter, and the program of nsinit in nslaunch. See
# fuzz/common/fuzz.h.
FUZZ := $(BUILD)/fuzz
FUZZ_CC := clang -D_GNU_SOURCE -std=c17 -O1 -g -fno-omit-frame-pointer -Wall -Wextra -Werror \
	-Wno-missing-field-initializers -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_COMMON := $(patsubst %.c,$(FUZZ)/%.o,$(wildcard fuzz/common/*.c))
FUZZ_PRODUCT := $(patsubst %.c,$(FUZZ)/%.o,$(filter-out %/main.c init/memory.c init/seccomp.c \
	launcher/image.c,$(wildcard init/*.c launcher/*.c)))
FUZZ_COMPILER := $(patsubst %.c,$(FUZZ)/%.o,$(wildcard seccomp/*.c))
FUZZ_LIBRARIES := $(addprefix $(FUZZ)/libraries/,libseccomp.a libcjson.a)

$(FUZZ_COMMON): $(FUZZ)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)
	$(quiet)$(call compile,$(FUZZ_CC) -c $<)
$(FUZZ_PRODUCT) $(FUZZ_COMPILER): $(FUZZ)/%.o: %.c $(NAMES) Makefile
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)
	$(quiet)$(call compile,$(FUZZ_CC) -I$(dir $(NAMES)) -include fuzz/common/product.h -fsanitize=fuzzer-no-link -c $<)
$(FUZZ)/product.a: $(FUZZ_PRODUCT)
	$(quiet)rm -f $@.new && ar rcs $@.new $^ && mv $@.new $@
$(FUZZ)/%: fuzz/%.c $(FUZZ_COMMON) $(FUZZ)/product.a
	$(call say,FUZZ,$<)
	$(quiet)$(call compile,$(FUZZ_CC) -I$(dir $(NAMES)) -fsanitize=fuzzer $< $(FUZZ_COMMON) $(FUZZ_MORE) $(FUZZ)/product.a)

# The compiler of profiles is for its own fuzzer only, with its main and with the libraries.
$(FUZZ_LIBRARIES) &: scripts/build-fuzz-libraries fuzz/common/library.h
	@mkdir -p $(@D)
	$(call say,BUILD,libraries for the fuzzers)
	$(quiet)scripts/build-fuzz-libraries $(FUZZ)/libraries
$(FUZZ_COMPILER): $(NEWER) $(FUZZ_LIBRARIES)
$(FUZZ_COMPILER) $(FUZZ)/profile: FUZZ_CC += -isystem $(FUZZ)/libraries/include
$(FUZZ)/seccomp/main.o: FUZZ_CC += -Dmain=nslaunch_seccomp
$(FUZZ)/profile: FUZZ_MORE := $(FUZZ_COMPILER) $(FUZZ_LIBRARIES)
$(FUZZ)/profile: $(FUZZ_COMPILER) $(FUZZ_LIBRARIES)

check: all
	tests/run
# tests/run goes through the most important launches only, in a minute.
faults: all
	FAULTS=all TEST_SECONDS=7200 tests/run tests/faults/faults.test
check-filter: all
	@scripts/check-filter
check-daemons: all
	@scripts/check-daemons
lint: $(BUILD)/kernel-headers $(NAMES) $(FILTER) $(NEWER) $(LIBCJSON)/libcjson.a
	scripts/lint

# The list of system calls, beside Podman's and Docker's; a test says when it is not up to date.
PROFILE := $(BUILD)/podman-profile.json
$(PROFILE):
	$(quiet)scripts/fetch-profile $@
$(BUILD)/document-seccomp: scripts/document-seccomp.c scripts/seccomp-table.h $(LIBCJSON)/libcjson.a
	$(quiet)$(HERE_CC) $(HERE_FLAGS) -isystem $(LIBCJSON)/include -o $@.new $< $(LIBCJSON)/libcjson.a
	$(quiet)mv $@.new $@
docs-seccomp: $(BUILD)/document-seccomp $(PROFILE)
	$(quiet)$(BUILD)/document-seccomp scripts/seccomp-calls $(PROFILE) scripts/seccomp-docker >$(BUILD)/seccomp.md
	$(quiet)cp $(BUILD)/seccomp.md docs/seccomp.md

bench: all
	@CC='$(CC)' BUILD='$(BUILD)' bench/run
bench-plot:
	@BUILD='$(BUILD)' bench/plot
bench-init: nsinit
	@CC='$(CC)' BUILD='$(BUILD)' bench/init
fuzz:
	BUILD='$(BUILD)' scripts/fuzz
sanitize: $(FILTER)
	BUILD='$(BUILD)' scripts/sanitize

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(BUILD)/nslaunch $(BUILD)/nsinit $(BUILD)/nslaunch-seccomp $(DESTDIR)$(PREFIX)/bin
	install -m 644 launcher/nslaunch.1 init/nsinit.1 seccomp/nslaunch-seccomp.1 $(DESTDIR)$(PREFIX)/share/man/man1
uninstall:
	rm -f $(foreach name,nslaunch nsinit nslaunch-seccomp,$(DESTDIR)$(PREFIX)/bin/$(name) \
		$(DESTDIR)$(PREFIX)/share/man/man1/$(name).1)
clean:
	rm -rf --one-file-system $(BUILD)

print-cflags:
	@echo '$(CPPFLAGS) -I$(dir $(NAMES)) -isystem $(LIBCAP)/include -isystem $(LIBSECCOMP)/include -isystem $(LIBCJSON)/include $(CFLAGS)'

help:
	@echo 'make            build/nslaunch, build/nsinit and build/nslaunch-seccomp'
	@echo 'make nsinit     nsinit alone; needs init/ only'
	@echo '                ARCH=arm64, armhf, i386, riscv64, ppc64el, s390x: into build/ARCH'
	@echo 'make check      the tests; scripts/check installs what they need first'
	@echo 'make faults     every system call of every kind of launch fails once, as root; minutes'
	@echo 'make check-daemons  programs of Debian that give root up, as root and as a user; as root'
	@echo 'make check-filter  compilers, python3, busybox and more under the default filter, as root'
	@echo 'make lint       clang-format, clang-tidy, cppcheck, shellcheck, mandoc'
	@echo 'make bench      nslaunch beside the floor and other launchers, as tables; 5 minutes'
	@echo 'make bench-plot pictures of these tables, into docs/'
	@echo 'make bench-init nsinit beside tini, dumb-init and catatonit, as a table'
	@echo 'make docs-seccomp  docs/seccomp.md, the list of system calls'
	@echo 'make sanitize   the tests of nsinit, built with the address and undefined sanitizers'
	@echo 'make fuzz       every parser of what others can forge, for a minute; needs clang'
	@echo 'make install    into $$(DESTDIR)$$(PREFIX), /usr/local by default'
	@echo 'make uninstall  removes from there what install has put there'
	@echo 'make clean      removes build/'
	@echo 'V=1 shows the commands; CC=, CFLAGS=, BUILD= and PREFIX= are yours to set'

-include $(INIT_OBJECTS:.o=.d) $(LAUNCHER_OBJECTS:.o=.d) $(COMPILER_OBJECTS:.o=.d) \
	$(FUZZ_COMMON:.o=.d) $(FUZZ_PRODUCT:.o=.d) $(FUZZ_COMPILER:.o=.d) $(wildcard $(FUZZ)/*.d)
