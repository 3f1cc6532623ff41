/*
 * capabilities.c: sets of capabilities by name. Runs outside, while options are read.
 */
#include "capabilities.h"

#include <string.h>
#include <strings.h>

#include <linux/capability.h>

#include "../init/message.h"

#define BIT(capability) (UINT64_C(1) << (capability))

const uint64_t capabilities_default =
	BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_FOWNER) | BIT(CAP_FSETID) | BIT(CAP_KILL) |
	BIT(CAP_SETGID) | BIT(CAP_SETUID) | BIT(CAP_SETPCAP) | BIT(CAP_NET_RAW) |
	BIT(CAP_SYS_CHROOT) | BIT(CAP_NET_BIND_SERVICE) | BIT(CAP_AUDIT_WRITE) | BIT(CAP_SETFCAP);

/* By number; made by scripts/list-capabilities.c from what libcap knows. */
static const char names[][24] = {
#include "capability-names.h"
};
enum { NAMES = sizeof(names) / sizeof(*names) };

static size_t least(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* How many letters one would have to add, take away or change: the Levenshtein distance. */
static size_t distance(const char *from, const char *to)
{
	size_t row[sizeof(*names)], length = strlen(to);

	for (size_t i = 0; i <= length; i++)
		row[i] = i;
	for (size_t line = 1; *from; from++, line++) {
		size_t diagonal = row[0];

		row[0] = line;
		for (size_t i = 1; i <= length; i++) {
			size_t above = row[i];

			row[i] = least(above + 1, row[i - 1] + 1,
				       diagonal + (size_t)(*from != to[i - 1]));
			diagonal = above;
		}
	}
	return row[length];
}

static const char *nearest(const char *name)
{
	size_t best = 0;

	for (size_t i = 1; i < NAMES; i++)
		if (distance(name, names[i]) < distance(name, names[best]))
			best = i;
	return names[best];
}

static uint64_t read_name(const char *option, const char *name)
{
	const char *rest = strncasecmp(name, "cap_", 4) == 0 ? name + 4 : name;

	if (!strcasecmp(rest, "all"))
		return UINT64_MAX;
	for (size_t i = 0; i < NAMES; i++)
		if (!strcasecmp(rest, names[i]))
			return BIT(i);
	die(option, ": there is no capability '", name, "'; the nearest is '", nearest(rest), "'");
}

uint64_t capabilities_read(const char *option, char *list)
{
	uint64_t set = 0;

	for (char *name; (name = strsep(&list, ","));)
		set |= read_name(option, name);
	return set;
}

/* A line with the names of a set. */
static void say_set(const char *what, uint64_t set)
{
	const uint64_t all = BIT(NAMES) - 1;
	const char *words[2 * NAMES + 5] = {message_program, ": ", what, ": "};
	const char **word = words + 4;

	if ((set & all) == 0 || (set & all) == all)
		*word++ = set ? "all" : "none";
	else
		for (size_t i = 0; i < NAMES; i++)
			if (set & BIT(i)) {
				if (word > words + 4)
					*word++ = ", ";
				*word++ = names[i];
			}
	*word = NULL;
	if (message_level == MESSAGE_EXPLAIN)
		message_print(words);
	else
		message_note(words + 2);
}

void capabilities_say(uint64_t bounding, uint64_t ambient, bool root)
{
	say_set("the command's capabilities, bounding set", bounding);
	/* Root has them by its id; see credentials_take in init/credentials.c. */
	say_set("permitted and effective of them", root ? bounding : ambient);
	say_set("inheritable and ambient of them", root ? 0 : ambient);
}
