/*
 * capabilities.c: sets of capabilities by name, and our own. Runs outside, before the namespaces are made.
 */
#include "capabilities.h"

#include <string.h>
#include <strings.h>

#include <linux/capability.h>

#include "../init/kernel.h"
#include "../init/message.h"
#include "../init/nearest.h"

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

static const char *nearest(const char *name)
{
	size_t best = 0;

	for (size_t i = 1; i < NAMES; i++)
		if (nearest_distance(name, names[i]) < nearest_distance(name, names[best]))
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

bool capabilities_have(unsigned int capability)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	if (kernel_capget(&header, data) < 0)
		die_errno("cannot read nslaunch's own capabilities");
	return data[capability / 32].effective & UINT32_C(1) << capability % 32;
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
