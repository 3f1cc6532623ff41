/*
 * nsinit.c: nsinit's options. The first line of an input is what it is called, the others are its
 * words: on the command line, and once more through --args-fd, which must mean the same.
 */
#include <string.h>

#include "../init/init.h"
#include "../init/memory.h"
#include "../init/names.h"
#include "../init/options.h"
#include "common/fuzz.h"

struct reading {
	struct init init;
	const char *called;
	char **words;
};

static void read_words(void *context)
{
	struct reading *reading = context;

	init_defaults(&reading->init);
	names_apply(&reading->init, reading->called);
	reading->init.command = options_read(init_options, &reading->init, reading->words);
	init_check(&reading->init);
}

/* The same lines with NUL bytes for their ends; the last one only where it is wanted. */
static void give_as_arguments(const char *lines, bool whole)
{
	size_t length = strlen(lines);
	char *text = memory_take(length + 1);

	memcpy(text, lines, length);
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\n')
			text[i] = '\0';
	fuzz_arguments(text, whole && length && text[length - 1] ? length + 1 : length);
}

void fuzz_one(const char *data, size_t size)
{
	struct fuzz_input input = {data, data + size};
	struct fuzz_text text = fuzz_grow(fuzz_part(&input));
	size_t name = strcspn(text.text, "\n");
	struct reading plain = {.called = text.text}, through = {.called = text.text};
	const char *lines = text.text + name + (text.text[name] != '\0');
	bool good, good_through;

	text.text[name] = '\0';
	/* What comes after a NUL byte is no part of a command line. */
	plain.words = fuzz_words(NULL, lines);
	give_as_arguments(lines, true);
	good = fuzz_run(read_words, &plain);
	if (good)
		fuzz_check_init(&plain.init);
	through.words = fuzz_words("--args-fd=900", "");
	good_through = fuzz_run(read_words, &through);
	if (good_through)
		fuzz_check_init(&through.init);
	/* There what is no option is a fault. */
	fuzz_check(good_through == (good && !*plain.init.command));
	if (good_through)
		fuzz_check_same(&plain.init, &through.init);
	if (!*lines || lines[strlen(lines) - 1] == '\n')
		return;
	/* Cut off, it is refused. */
	give_as_arguments(lines, false);
	through.words = fuzz_words("--args-fd=900", "");
	fuzz_check(!fuzz_run(read_words, &through));
}
