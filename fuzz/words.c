/*
 * words.c: signals, numbers, capabilities, and texts that are parted and joined. An input: lines; each
 * is read as all of these.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../init/init.h"
#include "../init/memory.h"
#include "../init/number.h"
#include "../init/request.h"
#include "../init/signals.h"
#include "../init/text.h"
#include "../launcher/capabilities.h"
#include "common/fuzz.h"

/* glibc's: "HUP" for 1, or NULL. */
const char *sigabbrev_np(int signal);

static void check_signal(const char *text)
{
	const char *name = strncmp(text, "SIG", 3) ? text : text + 3;
	int signal = signals_number(text);
	const char *known = signal > 0 ? sigabbrev_np(signal) : NULL;

	fuzz_check(signal >= 0 && signal <= 64);
	if (signal && known && (*text < '0' || *text > '9'))
		fuzz_check(!strcmp(name, known) || !strcmp(name, "IO"));
	for (int i = 1; i < 32; i++)
		if ((known = sigabbrev_np(i)) && !strcmp(name, known))
			fuzz_check(signal == i);
}

static void check_number(const char *text, int base)
{
	const char *digits = base == 10 ? "0123456789" : "0123456789abcdef";
	uint64_t number = 0, second;
	bool good = number_parse(text, (unsigned int)base, UINT64_MAX, &number);

	errno = 0;
	second = strtoull(text, NULL, base);
	fuzz_check(good == (*text && !text[strspn(text, digits)] && errno != ERANGE));
	fuzz_check(!good || number == second);
	good = number_parse(text, (unsigned int)base, 255, &number);
	fuzz_check(good ==
		   (*text && !text[strspn(text, digits)] && errno != ERANGE && second < 256));
}

struct list {
	char *text;
	uint64_t set;
};

static void read_capabilities(void *context)
{
	struct list *list = context;

	list->set = capabilities_read("--cap-add", list->text);
}

static void check_capabilities(const char *text)
{
	struct list list = {.text = memory_keep(text)};

	if (!fuzz_run(read_capabilities, &list))
		return;
	fuzz_check(list.set);
	if (!strcasecmp(text, "cap_chown") || !strcasecmp(text, "chown"))
		fuzz_check(list.set == 1);
}

/* What is parted at a colon, its colons escaped, is put together again: the text with other escapes. */
static void check_split(const char *text)
{
	char *left = memory_keep(text), *right = request_split(left, ':');
	size_t length = strlen(text);

	fuzz_check(strlen(left) + (right ? strlen(right) + 1 : 0) <= length);
	fuzz_check(!right || !strcmp(right, text + length - strlen(right)));
	fuzz_check(!right || text[length - strlen(right) - 1] == ':');
	if (!strstr(text, "\\:"))
		fuzz_check(strlen(left) == strcspn(text, ":") && !right == !strchr(text, ':'));
}

/* In every room that is too small, and in one that is not. */
static void check_join(const char *text)
{
	size_t length = 2 * strlen(text) + 1;

	for (size_t room = 1; room <= length + 1; room += 1 + room / 8) {
		char *buffer = memory_take(room);
		bool whole = text_join(buffer, room, text, "/", text);

		fuzz_check(whole == (room > length));
		fuzz_check(strlen(buffer) == (whole ? length : room - 1));
	}
}

void fuzz_one(const char *data, size_t size)
{
	struct fuzz_input input = {data, data + size};
	char **lines = fuzz_words(NULL, fuzz_part(&input).text);

	for (; *lines; lines++) {
		check_signal(*lines);
		check_number(*lines, 10);
		check_number(*lines, 16);
		check_capabilities(*lines);
		check_split(*lines);
		check_join(*lines);
	}
}
