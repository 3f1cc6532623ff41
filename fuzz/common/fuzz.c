/*
 * fuzz.c: see fuzz.h. The product's memory.c is left out: its functions are here.
 */
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <sanitizer/asan_interface.h>

#include "../../init/memory.h"
#include "../../init/message.h"
#include "../../init/status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);
const char *__ubsan_default_options(void);

/* The harness's own descriptors are from KEPT on; the product's are below. */
enum { KEPT = 500, FILES = 8, BLOCKS = 65536, LINE_BYTES = 1024, LONG = 500, VERY_LONG = 65000 };

unsigned int fuzz_lines;
int fuzz_output;
uint32_t fuzz_uid, fuzz_gid;

static struct block {
	char *bytes;
	size_t count;
} blocks[BLOCKS];
static size_t blocks_count, blocks_kept;

static struct {
	const char *path;
	int descriptor;
	bool there;
} files[FILES];

static jmp_buf end;
static bool running;
static int first; /* descriptor of an input's own */

/* Leaks are not looked for: the product frees nothing by itself. */
const char *__asan_default_options(void)
{
	return "detect_leaks=0:detect_stack_use_after_return=1:strict_string_checks=1:"
	       "quarantine_size_mb=32";
}

const char *__ubsan_default_options(void)
{
	return "print_stacktrace=1";
}

noreturn void fuzz_fail(const char *file, int line, const char *text)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, text);
	abort();
}

/* memory.h, with a block for each call. */
void *memory_take(size_t bytes)
{
	struct block *block = &blocks[blocks_count];

	fuzz_check(blocks_count < BLOCKS);
	blocks_count++;
	block->count = bytes;
	block->bytes = calloc(1, bytes);
	fuzz_check(block->bytes);
	return block->bytes;
}

char *memory_keep(const char *text)
{
	return memcpy(memory_take(strlen(text) + 1), text, strlen(text) + 1);
}

void memory_give_back(void *taken, size_t used)
{
	const struct block *last = &blocks[blocks_count - 1];

	fuzz_check(blocks_count && last->bytes == taken && used <= last->count);
	ASAN_POISON_MEMORY_REGION(last->bytes + used, last->count - used);
}

void memory_release(void)
{
	for (; blocks_count > blocks_kept; blocks_count--) {
		struct block *block = &blocks[blocks_count - 1];

		ASAN_UNPOISON_MEMORY_REGION(block->bytes, block->count);
		free(block->bytes);
	}
}

void memory_leave_start(void)
{
}

noreturn void fuzz_exit(int status)
{
	fuzz_check(running);
	fuzz_check(status == 0 || (status == message_failure && fuzz_lines > 0));
	longjmp(end, 1); /* NOLINT(cert-err52-cpp) */
}

bool fuzz_run(void (*run)(void *), void *context)
{
	volatile bool came_back = false;

	running = true;
	if (!setjmp(end)) { /* NOLINT(cert-err52-cpp) */
		run(context);
		came_back = true;
	}
	running = false;
	return came_back;
}

/* A message: one line at once, and nothing that a terminal would take for more than text. */
static void look_at_line(const char *line, size_t length)
{
	fuzz_check(length >= 1 && length <= LINE_BYTES && line[length - 1] == '\n');
	for (size_t i = 0; i < length - 1; i++)
		fuzz_check((unsigned char)line[i] >= ' ' && line[i] != 0x7f);
	fuzz_lines++;
}

ssize_t fuzz_write(int descriptor, const void *bytes, size_t count)
{
	size_t name = strlen(message_program);

	fuzz_check(descriptor == STDOUT_FILENO || descriptor == STDERR_FILENO);
	if (descriptor == STDOUT_FILENO && fuzz_output >= 0)
		return write(fuzz_output, bytes, count);
	look_at_line(bytes, count);
	if (descriptor == STDERR_FILENO)
		fuzz_check(count > name + 2 && !memcmp(bytes, message_program, name) &&
			   !memcmp((const char *)bytes + name, ": ", 2));
	return (ssize_t)count;
}

static bool is_product_s(int descriptor)
{
	return (descriptor >= first && descriptor < KEPT) || descriptor == FUZZ_ARGUMENTS;
}

/* An option may name any descriptor; only those of its own world are the product's to touch. */
ssize_t fuzz_read(int descriptor, void *bytes, size_t count)
{
	if (is_product_s(descriptor))
		return read(descriptor, bytes, count);
	errno = EBADF;
	return -1;
}

int fuzz_close(int descriptor)
{
	if (is_product_s(descriptor))
		return close(descriptor);
	errno = EBADF;
	return -1;
}

/* Opened anew for every caller, so that each reads from the start. */
static int open_again(int descriptor, int flags)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
	return open(path, flags | O_CLOEXEC);
}

int fuzz_openat(int folder, const char *path, int flags, ...)
{
	if (folder != AT_FDCWD)
		return openat(folder, path, flags);
	for (int i = 0; i < FILES; i++)
		if (files[i].there && !strcmp(files[i].path, path))
			return open_again(files[i].descriptor, flags & (O_ACCMODE | O_NONBLOCK));
	errno = ENOENT;
	return -1;
}

/* Every helper program is there. */
int fuzz_access(const char *path, int mode)
{
	(void)path, (void)mode;
	return 0;
}

unsigned long fuzz_getauxval(unsigned long type)
{
	return type == AT_EUID ? fuzz_uid : type == AT_EGID ? fuzz_gid : 0;
}

int fuzz_isatty(int descriptor)
{
	(void)descriptor;
	return 0;
}

/* Every machine has the same kernel. */
int fuzz_uname(struct utsname *system)
{
	*system = (struct utsname){.sysname = "Linux", .release = "6.1.0-fuzz"};
	return 0;
}

int fuzz_keep(int descriptor)
{
	int kept = fcntl(descriptor, F_DUPFD_CLOEXEC, KEPT);

	fuzz_check(kept >= KEPT && kept < FUZZ_ARGUMENTS);
	close(descriptor);
	return kept;
}

static void fill(int descriptor, const char *bytes, size_t length)
{
	fuzz_check(ftruncate(descriptor, 0) == 0 &&
		   pwrite(descriptor, bytes, length, 0) == (ssize_t)length);
}

void fuzz_file(const char *path, const char *bytes, size_t length)
{
	int i = 0;

	while (files[i].path && strcmp(files[i].path, path) != 0)
		fuzz_check(++i < FILES);
	if (!files[i].path) {
		files[i].path = path;
		files[i].descriptor = fuzz_keep(memfd_create("file", MFD_CLOEXEC));
	}
	files[i].there = true;
	fill(files[i].descriptor, bytes, length);
}

void fuzz_arguments(const char *bytes, size_t length)
{
	static int kept = -1;
	int again;

	if (kept < 0)
		kept = fuzz_keep(memfd_create("arguments", MFD_CLOEXEC));
	fill(kept, bytes, length);
	again = open_again(kept, O_RDONLY);
	fuzz_check(again >= 0 && dup3(again, FUZZ_ARGUMENTS, O_CLOEXEC) == FUZZ_ARGUMENTS);
	close(again);
}

static int lowest_free(void)
{
	int descriptor = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

	fuzz_check(descriptor >= 0);
	close(descriptor);
	return descriptor;
}

bool fuzz_all_closed(void)
{
	return lowest_free() == first;
}

struct fuzz_text fuzz_part(struct fuzz_input *input)
{
	static const char mark[] = "\n%%\n";
	const char *found = input->next ? memmem(input->next, (size_t)(input->end - input->next),
						 mark, sizeof(mark) - 1)
					: NULL;
	const char *stop = found ? found : input->end;
	struct fuzz_text part = {.length = input->next ? (size_t)(stop - input->next) : 0};

	part.text = memory_take(part.length + 1);
	if (part.length)
		memcpy(part.text, input->next, part.length);
	input->next = found ? found + sizeof(mark) - 1 : NULL;
	return part;
}

struct fuzz_text fuzz_grow(struct fuzz_text text)
{
	struct fuzz_text grown = {.length = 0};
	size_t room = text.length + 1, very = 0;

	for (size_t i = 0; i < text.length; i++)
		room += text.text[i] == 1 ? LONG : text.text[i] == 2 ? VERY_LONG : 0;
	grown.text = memory_take(room);
	for (size_t i = 0; i < text.length; i++) {
		size_t count = text.text[i] == 1		 ? LONG
			       : text.text[i] == 2 && ++very < 2 ? VERY_LONG
								 : 1;

		memset(grown.text + grown.length, count > 1 ? 'x' : text.text[i], count);
		grown.length += count;
	}
	grown.text[grown.length] = '\0';
	memory_give_back(grown.text, grown.length + 1);
	return grown;
}

char **fuzz_words(const char *before, const char *text)
{
	size_t count = 2, next = 0;
	char **words;

	for (const char *at = text; (at = strchr(at, '\n')); at++)
		count++;
	words = memory_take((count + 1) * sizeof(*words));
	if (before)
		words[next++] = memory_keep(before);
	for (; *text; text += *text == '\n') {
		size_t length = strcspn(text, "\n");

		words[next] = memory_take(length + 1);
		memcpy(words[next++], text, length);
		text += length;
	}
	return words;
}

bool fuzz_numbers(const char **text, uint32_t numbers[3])
{
	const char *at = *text;

	for (int i = 0; i < 3; i++) {
		size_t digits;
		unsigned long long number;

		at += strspn(at, " ");
		digits = strspn(at, "0123456789");
		number = strtoull(at, NULL, 10);
		if (!digits || number > UINT32_MAX)
			return false;
		numbers[i] = (uint32_t)number;
		at += digits;
	}
	*text = at;
	return true;
}

static void begin(void)
{
	if (!first)
		first = lowest_free();
	memory_release();
	syscall(SYS_close_range, first, KEPT - 1, 0);
	close(FUZZ_ARGUMENTS);
	for (int i = 0; i < FILES; i++)
		files[i].there = false;
	fuzz_lines = 0;
	fuzz_output = -1;
	fuzz_library_release();
	fuzz_uid = fuzz_gid = 0;
	message_program = "nsinit";
	message_level = MESSAGE_NORMAL;
	message_failure = STATUS_FAILED;
}

__attribute__((weak)) void fuzz_start(void)
{
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	begin();
	fuzz_start();
	blocks_kept = blocks_count;
	/* libFuzzer may open a file of its own before the first input. */
	first = 0;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	begin();
	fuzz_one((const char *)data, size);
	return 0;
}
