/*
 * tmpfs.c: the options of a tmpfs. Runs in both programs, while options are read; looks at nothing of the
 * system.
 */
#include "tmpfs.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "init.h"
#include "number.h"
#include "text.h"

enum { DIGITS_MOST = 20, PERCENT_MOST = 100000 };

/* Digits and what may follow them. The kernel lets a number that is too large wrap around: to no limit. */
static bool is_amount(const char *value, bool percent)
{
	static const char units[] = "kKmMgGtTpPeE";
	size_t length = strspn(value, "0123456789");
	const char *unit = value + length, *known;
	char digits[DIGITS_MOST + 1];
	uint64_t number, most = UINT64_MAX;

	if (length > DIGITS_MOST || (*unit && unit[1]))
		return false;
	memcpy(digits, value, length);
	digits[length] = '\0';
	if (*unit == '%')
		return percent && number_parse(digits, 10, PERCENT_MOST, &number);
	if (*unit) {
		known = strchr(units, *unit);
		if (!known)
			return false;
		most >>= 10 * ((known - units) / 2 + 1);
	}
	return number_parse(digits, 10, most, &number);
}

static bool is_size(const char *value)
{
	return is_amount(value, true);
}

static bool is_count(const char *value)
{
	return is_amount(value, false);
}

static bool is_mode(const char *value)
{
	uint64_t mode;

	return number_parse(value, 8, 07777, &mode);
}

static bool is_id(const char *value)
{
	uint64_t id;

	return number_parse(value, 10, ID_NONE - 1, &id);
}

static bool is_huge(const char *value)
{
	return !strcmp(value, "never") || !strcmp(value, "always") ||
	       !strcmp(value, "within_size") || !strcmp(value, "advise");
}

/* The policy's name; which nodes there are only the kernel knows. */
static bool is_policy(const char *value)
{
	static const char *const policies[] = {"default", "local",	"prefer",
					       "bind",	  "interleave", NULL};
	size_t length = strcspn(value, ":=");

	for (const char *const *policy = policies; *policy; policy++)
		if (strlen(*policy) == length && !memcmp(*policy, value, length))
			return true;
	return false;
}

static const char amount[] = "takes a number, k, m, g, t, p or e after it or not";

/* tmpfs(5), and the words of mount(8) that are about a whole filesystem. Without `is_good` there is no value. */
static const struct {
	const char *name;
	bool (*is_good)(const char *value);
	const char *wanted;
} options[] = {
	{"size", is_size, "takes a number, k, m, g, t, p or e after it or not, or a percentage"},
	{"nr_blocks", is_count, amount},
	{"nr_inodes", is_count, amount},
	{"mode", is_mode, "takes an octal number from 0 to 7777"},
	{"uid", is_id, "takes a number from 0 to 4294967294"},
	{"gid", is_id, "takes a number from 0 to 4294967294"},
	{"huge", is_huge, "takes never, always, within_size or advise"},
	{"mpol", is_policy,
	 "takes default, local, prefer, bind or interleave, with nodes after a colon"},
	{"usrquota_block_hardlimit", is_count, amount},
	{"usrquota_inode_hardlimit", is_count, amount},
	{"grpquota_block_hardlimit", is_count, amount},
	{"grpquota_inode_hardlimit", is_count, amount},
	{"inode32"},
	{"inode64"},
	{"noswap"},
	{"quota"},
	{"usrquota"},
	{"grpquota"},
	{"sync"},
	{"async"},
	{"dirsync"},
	{"lazytime"},
	{"nolazytime"},
};

const char *tmpfs_check(const char *name, const char *value)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		if (strcmp(options[i].name, name) != 0)
			continue;
		if (!options[i].is_good)
			return value ? "takes no value" : NULL;
		return value && options[i].is_good(value) ? NULL : options[i].wanted;
	}
	return "is none of the options that tmpfs(5) lists";
}
