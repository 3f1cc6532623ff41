/*
 * maps.c: id maps: subuid(5) and the maps in /proc, beside a second reader, and the text that the
 * kernel gets. An input: "UID GID KIND" (0 root, 1 current, 2 none), and after lines "%%":
 * /etc/passwd, /etc/subuid, /etc/subgid, /proc/self/uid_map and gid_map.
 */
#include "common/product.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../launcher/maps.c" /* NOLINT(bugprone-suspicious-include): for what is static there */

static struct launch launch;

static void decide(void *context)
{
	(void)context;
	maps_decide(&launch);
}

/* What of a file of subordinate ids counts for the caller: lines of it, as numbers, by strtoll as in shadow. */
struct range {
	uint64_t first, count;
};
static bool second_number(const char *text, uint64_t *number)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 0);
	*number = (uint64_t)value;
	return *text && !*end && !errno && !strchr(text, '-') && value >= 0;
}

static bool is_second_name(const char *name)
{
	struct users_word word = {.name = name};
	static struct users_entry entry;

	return users_find(RESOLVE_INSIDE, &word, &entry) && entry.uid == launch.uid;
}

static size_t second_ranges(const struct fuzz_text *file, const char *name, struct range *ranges)
{
	char number[16];
	const char *at = file->text, *file_end = at + file->length, *end;
	size_t count = 0;

	snprintf(number, sizeof(number), "%u", launch.uid);
	for (; at < file_end; at = end + 1) {
		struct range *range = &ranges[count];
		char *line, *first, *many;

		end = memchr(at, '\n', (size_t)(file_end - at));
		end = end ? end : file_end;
		line = memory_take((size_t)(end - at) + 1);
		memcpy(line, at, (size_t)(end - at));
		if (end - at >= USERS_LINE || memchr(line, '\0', (size_t)(end - at)) ||
		    !(first = strchr(line, ':')) || !(many = strchr(first + 1, ':')))
			continue;
		*first++ = *many++ = '\0';
		many[strcspn(many, ":")] = '\0';
		if ((strcmp(line, number) != 0 && (!name || strcmp(line, name) != 0) &&
		     !is_second_name(line)) ||
		    !second_number(first, &range->first) || !second_number(many, &range->count))
			continue;
		count++;
	}
	return count;
}

static bool holds(const struct range *ranges, size_t count, uint64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (id >= ranges[i].first && id - ranges[i].first < ranges[i].count)
			return true;
	return false;
}

/*
 * All of the list after the first line, which is the caller's own, lies in the ranges, each id once; and the
 * ids at the ends of each range are in it, as far as there is room inside.
 */
static void check_subordinate(const struct map_line *list, const struct fuzz_text *file,
			      const char *name)
{
	struct range *ranges = memory_take((file->length + 1) * sizeof(*ranges));
	size_t count = second_ranges(file, name, ranges);
	uint64_t own = list->inside, inside = own == 0;

	fuzz_check(list->count == 1 &&
		   list->outside == (list == launch.uids ? launch.uid : launch.gid));
	for (const struct map_line *line = list->next; line; line = line->next) {
		fuzz_check(line->count && holds(ranges, count, line->outside) &&
			   holds(ranges, count, (uint64_t)line->outside + line->count - 1));
		for (const struct map_line *other = list; other != line; other = other->next)
			fuzz_check(
				!overlap(line->outside, line->count, other->outside, other->count));
		/* And from 0 on inside, around the caller's own id there. */
		fuzz_check(line->inside == inside);
		inside += line->count;
		fuzz_check(own < line->inside || own >= inside);
		inside += inside == own;
	}
	for (size_t i = 0; i < count && inside < ID_NONE; i++)
		fuzz_check(!ranges[i].count || ranges[i].first >= ID_NONE ||
			   inside_of(list, (uint32_t)ranges[i].first) != ID_NONE);
}

/* As proc(5) has it: lines of three columns, in the order of the kernel's. */
static void check_own(const struct fuzz_text *file, const char *path)
{
	const struct map_line *line = read_own(path);
	const char *rest = file->text;
	uint32_t numbers[3];

	/* Only what the kernel itself would write. */
	for (; *rest; rest++, line = line->next) {
		const char *start = rest;

		if (!fuzz_numbers(&rest, numbers) || *rest != '\n' || rest - start != 32 ||
		    start[10] != ' ' || start[21] != ' ')
			return;
		fuzz_check(line && line->inside == numbers[0] && line->outside == numbers[0] &&
			   line->count == numbers[2]);
	}
	fuzz_check(!line);
}

static void check_read(void *context)
{
	struct fuzz_text *file = context;

	check_own(&file[0], "/proc/self/uid_map");
	check_own(&file[1], "/proc/self/gid_map");
}

/* A name of the caller's, as far as its id has one. */
static const char *name_of_caller(void)
{
	static struct users_entry entry;
	struct users_word caller = {.id = launch.uid};

	return users_find(RESOLVE_INSIDE, &caller, &entry) ? entry.name : NULL;
}

void fuzz_one(const char *data, size_t size)
{
	static const char *const paths[] = {"/etc/passwd", "/etc/subuid", "/etc/subgid",
					    "/proc/self/uid_map", "/proc/self/gid_map"};
	enum { FILES = sizeof(paths) / sizeof(*paths) };
	struct fuzz_input input = {data, data + size};
	struct fuzz_text file[FILES], head = fuzz_part(&input);
	const char *text = head.text;
	uint32_t numbers[3];

	launch = (struct launch){.namespaces = CLONE_NEWUSER};
	init_defaults(&launch.inside);
	if (!fuzz_numbers(&text, numbers))
		return;
	launch.uid = numbers[0];
	launch.gid = numbers[1];
	launch.map_auto = numbers[2] < 2;
	launch.map = numbers[2] == 0 ? MAP_ROOT : numbers[2] == 1 ? MAP_CURRENT : MAP_NONE;
	launch.arguments.text = memory_take(launch.arguments.room = 1024);
	for (size_t i = 0; i < FILES; i++) {
		file[i] = fuzz_part(&input);
		fuzz_file(paths[i], file[i].text, file[i].length);
	}
	fuzz_check(fuzz_run(check_read, &file[3]));
	if (!fuzz_run(decide, NULL))
		return;
	fuzz_check(fuzz_all_closed());
	if (launch.map_auto) {
		check_subordinate(launch.uids, &file[1], name_of_caller());
		check_subordinate(launch.gids, &file[2], name_of_caller());
	}
}
