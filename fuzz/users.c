/*
 * users.c: /etc/passwd and /etc/group, beside a second reader that is slow and simple. An input:
 * USER[:GROUP] and a list of groups, a line each; after lines "%%": the two files.
 */
#include "../init/users.h"

#include <stdlib.h>
#include <string.h>

#include "../init/identity.h"
#include "../init/memory.h"
#include "common/fuzz.h"

enum { PASSWD_LINE = USERS_PASSWD_LINE, GROUP_LINE = 64 * 1024, FIELDS = 7, GIDS = 1024 };

static struct fuzz_text passwd, group;

/*
 * The fields of the line at `at`, which are copied to `kept`; returns the line after it, or NULL. At least
 * `least` of them are there, and the last one is all that is left.
 */
static const char *next_line(const struct fuzz_text *file, const char *at, size_t room,
			     size_t fields, size_t least, char *kept[FIELDS])
{
	const char *file_end = file->text + file->length;
	const char *end;

	for (; at < file_end; at = end + 1) {
		size_t length, colons = 0;
		char *line;

		end = memchr(at, '\n', (size_t)(file_end - at));
		end = end ? end : file_end;
		length = (size_t)(end - at);
		for (size_t i = 0; i < length; i++)
			colons += at[i] == ':';
		if (length >= room || memchr(at, '\0', length) || colons < least - 1)
			continue;
		line = memory_take(length + 1);
		memcpy(line, at, length);
		while (*line == ' ' || (*line >= '\t' && *line <= '\r'))
			line++;
		if (!*line || *line == ':' || *line == '#' || *line == '+' || *line == '-')
			continue;
		for (size_t i = 0; i < fields; i++) {
			kept[i] = line;
			line += i + 1 < fields ? strcspn(line, ":") : strlen(line);
			if (*line)
				*line++ = '\0';
		}
		return end + 1;
	}
	return NULL;
}

static bool is_id(const char *text, uint32_t *id)
{
	char digits[24];
	unsigned long long number;

	if (!*text || text[strspn(text, "0123456789")])
		return false;
	text += strspn(text, "0");
	if (strlen(text) > 10)
		return false;
	strcpy(digits, *text ? text : "0"); /* NOLINT(clang-analyzer-security.insecureAPI.strcpy) */
	number = strtoull(digits, NULL, 10);
	*id = (uint32_t)number;
	return number < UINT32_MAX;
}

static bool is_meant(const struct users_word *word, const char *name, uint32_t id)
{
	return word->name ? !strcmp(word->name, name) : word->id == id;
}

static bool second_find(const struct users_word *user, struct users_entry *entry)
{
	char *field[FIELDS];
	const char *at = passwd.text;

	while ((at = next_line(&passwd, at, PASSWD_LINE, 7, 4, field)))
		if (is_id(field[2], &entry->uid) && is_id(field[3], &entry->gid) &&
		    is_meant(user, field[0], entry->uid)) {
			entry->name = field[0];
			entry->home = field[5];
			entry->shell = field[6];
			return true;
		}
	return false;
}

static bool second_find_group(const struct users_word *word, uint32_t *gid)
{
	char *field[FIELDS];
	const char *at = group.text;

	while ((at = next_line(&group, at, GROUP_LINE, 4, 3, field)))
		if (is_id(field[2], gid) && is_meant(word, field[0], *gid))
			return true;
	return false;
}

static bool lists(const char *members, const char *name)
{
	for (;; members++) {
		size_t length;

		while (*members == ' ' || (*members >= '\t' && *members <= '\r'))
			members++;
		length = strcspn(members, ",");

		if (strlen(name) == length && !memcmp(members, name, length))
			return true;
		members += length;
		if (!*members)
			return false;
	}
}

static size_t second_groups_of(const char *name, uint32_t *gids, size_t room)
{
	char *field[FIELDS];
	const char *at = group.text;
	size_t count = 0;

	while (count < room && (at = next_line(&group, at, GROUP_LINE, 4, 3, field)))
		if (is_id(field[2], &gids[count]) && lists(field[3], name)) {
			size_t before = 0;

			while (gids[before] != gids[count])
				before++;
			count += before == count;
		}
	return count;
}

static void check_files(const struct users_word *user, const struct users_word *word)
{
	struct users_entry entry, second;
	uint32_t gid = 0, second_gid = 0, *gids = memory_take(GIDS * sizeof(*gids)),
		 *second_gids = memory_take(GIDS * sizeof(*gids));
	size_t count;
	bool found = users_find(RESOLVE_INSIDE, user, &entry);

	fuzz_check(found == second_find(user, &second));
	if (found)
		fuzz_check(entry.uid == second.uid && entry.gid == second.gid &&
			   fuzz_same(entry.name, second.name) &&
			   fuzz_same(entry.home, second.home) &&
			   fuzz_same(entry.shell, second.shell));
	found = users_find_group(RESOLVE_INSIDE, word, &gid);
	fuzz_check(found == second_find_group(word, &second_gid));
	fuzz_check(!found || gid == second_gid);
	if (!user->name)
		return;
	/* Room for few and for all. */
	for (size_t room = 1; room <= GIDS; room += GIDS - 1) {
		count = users_groups_of(RESOLVE_INSIDE, user->name, gids, room);
		fuzz_check(count == second_groups_of(user->name, second_gids, room));
		fuzz_check(!memcmp(gids, second_gids, count * sizeof(*gids)));
	}
}

struct question {
	struct init init;
	char *user, *groups;
	struct users_entry entry;
	const struct users_entry *found;
};

static void ask(void *context)
{
	struct question *question = context;
	const struct option *user = options_find(init_options, "user");
	const struct option *groups = options_find(init_options, "groups");

	init_defaults(&question->init);
	if (*question->user)
		user->take(&question->init, user, question->user);
	groups->take(&question->init, groups, question->groups);
}

static void find(void *context)
{
	struct question *question = context;

	question->found = identity_find(&question->init, RESOLVE_INSIDE, &question->entry);
}

/* Who the command would be. */
static void check_identity(struct question *question)
{
	const struct init *init = &question->init;
	struct users_entry second = {.uid = UINT32_MAX};
	bool known = init->user_said && second_find(&init->user_word, &second);
	uint32_t gid;

	if (!fuzz_run(find, question))
		return;
	fuzz_check(known == !!question->found);
	if (init->user_said) {
		fuzz_check(init->uid != UINT32_MAX && init->gid != UINT32_MAX);
		fuzz_check(init->uid == (init->user_word.name ? second.uid : init->user_word.id));
		if (init->group_said && init->group_word.name)
			fuzz_check(second_find_group(&init->group_word, &gid) && init->gid == gid);
		else
			fuzz_check(init->gid == (init->group_said ? init->group_word.id
						 : known	  ? second.gid
								  : 0));
	}
	fuzz_check(init->groups_count == init->group_words_count);
	for (size_t i = 0; i < init->groups_count; i++) {
		const struct users_word *word = &init->group_words[i];

		gid = word->id;
		fuzz_check(!word->name || second_find_group(word, &gid));
		fuzz_check(init->groups[i] == gid);
	}
}

/* The line of a group is taken once for all. */
void fuzz_start(void)
{
	uint32_t gid;

	users_find_group(RESOLVE_INSIDE, &(struct users_word){.name = "none"}, &gid);
}

void fuzz_one(const char *data, size_t size)
{
	struct fuzz_input input = {data, data + size};
	char **lines = fuzz_words(NULL, fuzz_part(&input).text);
	static char none[] = "";
	struct question question = {.user = lines[0] ? lines[0] : none,
				    .groups = lines[0] && lines[1] ? lines[1] : none};

	passwd = fuzz_grow(fuzz_part(&input));
	group = fuzz_grow(fuzz_part(&input));
	fuzz_file("/etc/passwd", passwd.text, passwd.length);
	fuzz_file("/etc/group", group.text, group.length);
	if (!fuzz_run(ask, &question))
		return;
	check_files(&question.init.user_word, &question.init.group_word);
	fuzz_check(fuzz_all_closed());
	check_identity(&question);
}
