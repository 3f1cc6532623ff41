# nslaunch and nsinit. `make` builds both into build/, `make help` says the rest.
#
# Both programs are static and built with musl: they run where there is no libc. nsinit depends on
# nothing in launcher/, and is embedded in nslaunch.

CC := $(shell command -v musl-gcc || echo cc)
BUILD := build
PREFIX := /usr/local
DESTDIR :=

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
SHARED_SOURCES := $(addprefix init/,arguments.c handover.c identity.c init.c memory.c message.c options.c \
	names.c request.c resolve.c signals.c terminal.c text.c users.c)
LAUNCHER_SOURCES := $(wildcard launcher/*.c)

# What PID 1 needs to its end is linked last, beside the libc: in few pages. See memory_leave_start.
INIT_LAST := $(addprefix init/,text.c message.c memory.c handover.c lifeline.c terminal.c \
	descendants.c signals.c reap.c supervise.c)
INIT_SOURCES := $(filter-out $(INIT_LAST),$(INIT_SOURCES)) $(INIT_LAST)
INIT_OBJECTS := $(INIT_SOURCES:%.c=$(BUILD)/%.o)
SHARED_OBJECTS := $(SHARED_SOURCES:%.c=$(BUILD)/%.o)
LAUNCHER_OBJECTS := $(LAUNCHER_SOURCES:%.c=$(BUILD)/%.o)
LIBCAP := $(BUILD)/libcap
NAMES := $(BUILD)/include/capability-names.h

V := 0
say = @$(if $(filter 0,$(V)),printf '  %-8s %s\n' '$(1)' '$(2)' >&2)
quiet = $(if $(filter 0,$(V)),@)

.PHONY: all nsinit nslaunch check lint bench bench-plot bench-init sanitize install uninstall clean help print-cflags FORCE
all: nsinit nslaunch
nsinit: $(BUILD)/nsinit
nslaunch: $(BUILD)/nslaunch

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
else
$(BUILD)/kernel-headers:
	$(call say,LINK,$@)
	$(quiet)scripts/link-kernel-headers $@
endif

$(LIBCAP)/libcap.a:
	$(call say,BUILD,libcap)
	$(quiet)scripts/build-libcap $(LIBCAP)

# What libcap knows, asked for once: see there.
$(NAMES): scripts/list-capabilities.c $(BUILD)/flags $(LIBCAP)/libcap.a
	@mkdir -p $(@D)
	$(call say,MAKE,$@)
	$(quiet)$(CC) $(CPPFLAGS) -isystem $(LIBCAP)/include $(CFLAGS) $(LDFLAGS) -o $(BUILD)/list-capabilities \
		$< $(LIBCAP)/libcap.a
	$(quiet)$(BUILD)/list-capabilities >$@.new && mv $@.new $@

$(BUILD)/launcher/%.o: CPPFLAGS += -I$(dir $(NAMES))
$(BUILD)/launcher/capabilities.o: $(NAMES)

$(BUILD)/%.o: %.c $(BUILD)/flags | $(BUILD)/kernel-headers
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(quiet)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/launcher/embed.o: launcher/embed.S $(BUILD)/nsinit
	@mkdir -p $(@D)
	$(call say,AS,$<)
	$(quiet)$(CC) -DNSINIT='"$(BUILD)/nsinit"' -c -o $@ $<

$(BUILD)/nsinit: $(INIT_OBJECTS)
	$(call say,LINK,$@)
	$(quiet)$(CC) $(LDFLAGS) -o $@.debug $^
	$(quiet)scripts/finish-program $@

$(BUILD)/nslaunch: $(LAUNCHER_OBJECTS) $(SHARED_OBJECTS) $(BUILD)/launcher/embed.o
	$(call say,LINK,$@)
	$(quiet)$(CC) $(LDFLAGS) -o $@.debug $^
	$(quiet)scripts/finish-program $@

check: all
	tests/run
lint: $(BUILD)/kernel-headers $(NAMES)
	scripts/lint

bench: all
	@CC='$(CC)' BUILD='$(BUILD)' bench/run
bench-plot:
	@BUILD='$(BUILD)' bench/plot
bench-init: nsinit
	@CC='$(CC)' BUILD='$(BUILD)' bench/init
sanitize:
	BUILD='$(BUILD)' scripts/sanitize

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 755 $(BUILD)/nslaunch $(BUILD)/nsinit $(DESTDIR)$(PREFIX)/bin
	install -m 644 launcher/nslaunch.1 init/nsinit.1 $(DESTDIR)$(PREFIX)/share/man/man1
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/nslaunch $(DESTDIR)$(PREFIX)/bin/nsinit
	rm -f $(DESTDIR)$(PREFIX)/share/man/man1/nslaunch.1 $(DESTDIR)$(PREFIX)/share/man/man1/nsinit.1
clean:
	rm -rf --one-file-system $(BUILD)

print-cflags:
	@echo '$(CPPFLAGS) -I$(dir $(NAMES)) -isystem $(LIBCAP)/include $(CFLAGS)'

help:
	@echo 'make            build/nslaunch and build/nsinit'
	@echo 'make nsinit     nsinit alone; needs init/ only'
	@echo '                ARCH=arm64, armhf, i386, riscv64, ppc64el, s390x: into build/ARCH'
	@echo 'make check      the tests; scripts/check installs what they need first'
	@echo 'make lint       clang-format, clang-tidy, cppcheck, shellcheck, mandoc'
	@echo 'make bench      nslaunch beside the floor and other launchers, as tables; 5 minutes'
	@echo 'make bench-plot pictures of these tables, into docs/'
	@echo 'make bench-init nsinit beside tini, dumb-init and catatonit, as a table'
	@echo 'make sanitize   the tests of nsinit, built with the address and undefined sanitizers'
	@echo 'make install    into $$(DESTDIR)$$(PREFIX), /usr/local by default'
	@echo 'make clean      removes build/'
	@echo 'V=1 shows the commands; CC=, CFLAGS=, BUILD= and PREFIX= are yours to set'

-include $(INIT_OBJECTS:.o=.d) $(LAUNCHER_OBJECTS:.o=.d)
