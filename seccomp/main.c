/*
 * nslaunch-seccomp: compiles a seccomp profile in JSON to the BPF that nslaunch --seccomp takes.
 *
 * A program of its own: the libraries that this takes, and a parser for what somebody else wrote, are
 * in nothing that runs with privileges or at every start.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/filter.h>

#include "../init/memory.h"
#include "../init/message.h"
#include "../init/options.h"
#include "../init/version.h"
#include "../launcher/capabilities.h"
#include "profile.h"
#include "verify.h"

enum { PROFILE_BYTES = 1024 * 1024 };

static void take_cap_add(void *into, const struct option *option, char *value)
{
	(void)option;
	*(uint64_t *)into |= capabilities_read("--cap-add", value);
}

static void take_cap_drop(void *into, const struct option *option, char *value)
{
	(void)option;
	*(uint64_t *)into &= ~capabilities_read("--cap-drop", value);
}

static noreturn void take_help(void *into, const struct option *option, char *value);

static noreturn void take_version(void *into, const struct option *option, char *value)
{
	(void)into, (void)option, (void)value;
	print("nslaunch-seccomp " VERSION);
	_exit(0);
}

static const struct option options[] = {
	{"cap-add", 0, "LIST", "capabilities that the command has besides", take_cap_add},
	{"cap-drop", 0, "LIST", "capabilities that it has not; all: none is left", take_cap_drop},
	{"help", 'h', NULL, "say this", take_help},
	{"version", 'V', NULL, "say which version this is", take_version},
	{0},
};

static noreturn void take_help(void *into, const struct option *option, char *value)
{
	(void)into, (void)option, (void)value;
	print("nslaunch-seccomp [OPTION]... PROFILE >FILTER");
	print("Compiles a seccomp profile, as OCI runtimes and Docker have them, for this");
	print("machine and for nslaunch --seccomp FILTER.");
	print("");
	options_print(options);
	print("");
	print("The rest is in the manual: man nslaunch-seccomp");
	_exit(0);
}

static const char *read_profile(const char *path)
{
	char *text = memory_take(PROFILE_BYTES + 1);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t part = 1;

	while (file >= 0 && length < PROFILE_BYTES && part != 0) {
		part = read(file, text + length, PROFILE_BYTES - length);
		if (part > 0)
			length += (size_t)part;
		else if (part < 0 && errno != EINTR)
			break;
	}
	if (file < 0 || part < 0)
		die_errno(path);
	if (length == 0)
		die(path, ": it is empty");
	if (length == PROFILE_BYTES)
		die(path, ": it is longer than a profile can be: 1 MB");
	text[length] = '\0';
	if (strlen(text) != length)
		die(path, ": there is a NUL byte in it");
	return text;
}

static void find_kernel(int version[2])
{
	struct utsname system;
	char *rest;

	uname(&system);
	version[0] = (int)strtol(system.release, &rest, 10);
	version[1] = *rest == '.' ? (int)strtol(rest + 1, NULL, 10) : 0;
}

/*
 * libseccomp neither knows how long a filter may be nor looks at how much of it was written. So it
 * writes into a pipe, which has room for more than a filter whatever the limits for files are, and
 * only a whole filter goes on.
 */
static struct sock_fprog export_filter(const char *path, scmp_filter_ctx filter)
{
	enum { MOST = BPF_MAXINSNS * sizeof(struct sock_filter), ROOM = 2 * MOST };
	struct sock_fprog program = {.filter = memory_take(MOST + 1)};
	ssize_t length;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0 ||
	    (fcntl(ends[1], F_GETPIPE_SZ) < ROOM && fcntl(ends[1], F_SETPIPE_SZ, ROOM) < 0))
		die_errno("cannot make a pipe for the filter");
	errno = -seccomp_export_bpf(filter, ends[1]);
	if (errno)
		die_errno("cannot make the filter");
	length = read(ends[0], program.filter, MOST + 1);
	if (length < 0)
		die_errno("cannot make the filter");
	if (length > MOST)
		die(path, ": it makes a longer filter than the kernel takes: 4096 instructions");
	program.len = (unsigned short)((size_t)length / sizeof(*program.filter));
	return program;
}

static void write_filter(const struct sock_fprog *program)
{
	const char *bytes = (const char *)program->filter;
	size_t length = program->len * sizeof(*program->filter);

	while (length) {
		ssize_t part = write(STDOUT_FILENO, bytes, length);

		if (part < 0)
			die_errno("cannot write the filter");
		bytes += part;
		length -= (size_t)part;
	}
}

int main(int argc, char **argv)
{
	struct profile_situation situation = {.capabilities = capabilities_default};
	struct verify_rules rules = {0};
	struct sock_fprog program;
	scmp_filter_ctx filter;
	char **words;

	(void)argc;
	message_program = "nslaunch-seccomp";
	message_failure = EXIT_FAILURE;
	words = options_read(options, &situation.capabilities, argv + 1);
	if (!words[0] || words[1])
		die("it takes one PROFILE; --help shows how it is called");
	if (isatty(STDOUT_FILENO))
		die("a filter is nothing for a terminal; write it to a file");
	find_kernel(situation.kernel);
	filter = profile_compile(words[0], read_profile(words[0]), &situation, &rules);
	/* A tree: the kernel walks the filter for every call when it is attached. */
	if (seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) < 0)
		die("libseccomp cannot make a tree");
	program = export_filter(words[0], filter);
	verify_filter(&rules, words[0], filter, &program);
	write_filter(&program);
	return EXIT_SUCCESS;
}
