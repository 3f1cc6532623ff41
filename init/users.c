/*
 * users.c: the rootfs's own users and groups. Runs inside, and outside in the launcher.
 */
#include "users.h"

#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "message.h"
#include "number.h"
#include "resolve.h"
#include "text.h"

enum {
	FILE_BYTES = 4 * 1024 * 1024,
	GROUP_LINE = 64 * 1024, /* a group may have thousands of members */
};

static struct {
	const char *path;
	int file;
} laid[2];
enum { LAID = sizeof(laid) / sizeof(*laid) };

void users_lay(const char *path, int file)
{
	size_t i = 0;

	while (i < LAID - 1 && laid[i].path)
		i++;
	laid[i].path = path;
	laid[i].file = file;
}

void users_lift(void)
{
	for (size_t i = 0; i < LAID; i++) {
		if (laid[i].path && laid[i].file >= 0)
			close(laid[i].file);
		laid[i].path = NULL;
	}
}

bool users_open(struct users_file *users, int root, const char *path)
{
	users->next = users->length = users->seen = 0;
	users->laid = false;
	for (size_t i = 0; i < LAID; i++) {
		if (!laid[i].path || strcmp(laid[i].path, path) != 0)
			continue;
		users->laid = true;
		users->file = laid[i].file;
		users->start = users->file < 0 ? -1 : lseek(users->file, 0, SEEK_CUR);
		return users->start >= 0;
	}
	users->file = resolve_read(root, path);
	return users->file >= 0;
}

/* What was given by a descriptor is still to be read by whom it is for: both share one place in the file. */
void users_close(struct users_file *users)
{
	if (!users->laid)
		close(users->file);
	else if (lseek(users->file, users->start, SEEK_SET) < 0)
		die_errno("cannot go back in a file of users");
}

enum next { NEXT_BYTE, NEXT_END, NEXT_CUT };

/* NEXT_CUT: what there is of the last line is not all of it. */
static enum next next_byte(struct users_file *users, char *byte)
{
	if (users->next == users->length) {
		ssize_t count = users->seen < FILE_BYTES
					? read(users->file, users->bytes, sizeof(users->bytes))
					: -1;

		if (count <= 0)
			return count == 0 ? NEXT_END : NEXT_CUT;
		users->next = 0;
		users->length = (size_t)count;
		users->seen += (size_t)count;
	}
	*byte = users->bytes[users->next++];
	return NEXT_BYTE;
}

bool users_line(struct users_file *users, char *line, size_t room)
{
	size_t length = 0;
	enum next next;
	char byte;

	while ((next = next_byte(users, &byte)) != NEXT_CUT) {
		if (next == NEXT_BYTE && byte != '\n') {
			if (length < room)
				line[length] = byte;
			length++;
			continue;
		}
		if (next == NEXT_END && !length)
			return false;
		if (length < room && !memchr(line, '\0', length)) {
			line[length] = '\0';
			return true;
		}
		length = 0;
	}
	return false;
}

/*
 * Ends the fields of line, which colons part; those that are missing after the first `least` are empty, and
 * the last one may hold colons. False where the line is no entry.
 */
static bool split(char *line, char *fields[], int count, int least)
{
	static char none[] = "";

	line += strspn(line, " \t\v\f\r");
	if (!*line || strchr(":#+-", *line))
		return false;
	for (int i = 0; i < count - 1; i++) {
		if (!line && i >= least)
			fields[i] = none;
		else if (!(fields[i] = strsep(&line, ":")))
			return false;
	}
	fields[count - 1] = line ? line : none;
	return true;
}

static bool parse_id(const char *text, uint32_t *id)
{
	uint64_t number;

	if (!number_parse(text, 10, UINT32_MAX - 1, &number))
		return false;
	*id = (uint32_t)number;
	return true;
}

static bool is_meant(const struct users_word *word, const char *name, uint32_t id)
{
	return word->name ? !strcmp(word->name, name) : word->id == id;
}

bool users_find(int root, const struct users_word *user, struct users_entry *entry)
{
	struct users_file users;
	char *fields[7];
	bool found = false;

	if (!users_open(&users, root, "/etc/passwd"))
		return false;
	while (!found && users_line(&users, entry->line, sizeof(entry->line)))
		found = split(entry->line, fields, 7, 4) && parse_id(fields[2], &entry->uid) &&
			parse_id(fields[3], &entry->gid) && is_meant(user, fields[0], entry->uid);
	users_close(&users);
	if (!found)
		return false;
	entry->name = fields[0];
	entry->home = fields[5];
	entry->shell = fields[6];
	return true;
}

/* Taken once, where groups are looked for at all. */
static char *group_line(void)
{
	static char *line;

	if (!line)
		line = memory_take(GROUP_LINE);
	return line;
}

/* The next entry of /etc/group. */
static bool next_group(struct users_file *users, char *line, char *fields[4], uint32_t *gid)
{
	while (users_line(users, line, GROUP_LINE))
		if (split(line, fields, 4, 3) && parse_id(fields[2], gid))
			return true;
	return false;
}

bool users_find_group(int root, const struct users_word *group, uint32_t *gid)
{
	char *line = group_line(), *fields[4];
	struct users_file users;
	bool found = false;

	if (!users_open(&users, root, "/etc/group"))
		return false;
	while (!found && next_group(&users, line, fields, gid))
		found = is_meant(group, fields[0], *gid);
	users_close(&users);
	return found;
}

/* Whether the comma-separated list has that member. Blanks before one do not count. */
static bool has_member(char *list, const char *name)
{
	for (char *member; (member = strsep(&list, ","));)
		if (!strcmp(member + strspn(member, " \t\v\f\r"), name))
			return true;
	return false;
}

static bool is_in(const uint32_t *gids, size_t count, uint32_t gid)
{
	while (count)
		if (gids[--count] == gid)
			return true;
	return false;
}

size_t users_groups_of(int root, const char *name, uint32_t *gids, size_t room)
{
	char *line = group_line(), *fields[4];
	struct users_file users;
	size_t count = 0;
	uint32_t gid;

	if (!users_open(&users, root, "/etc/group"))
		return 0;
	while (count < room && next_group(&users, line, fields, &gid))
		if (!is_in(gids, count, gid) && has_member(fields[3], name))
			gids[count++] = gid;
	users_close(&users);
	return count;
}
