/*
 * users.h: the rootfs's own users and groups: /etc/passwd and /etc/group read as plain files,
 * passwd(5), group(5).
 *
 * Not getpwnam(3): a libc may load code from the rootfs to answer it (CVE-2019-14271). The files may
 * hold anything, and be anything: lines that are no entries or are too long are passed over, beyond
 * 4 MiB the rest is not read, and nothing is waited for. Of several entries the first one counts.
 *
 * An entry is what glibc takes for one: blanks before it do not count, the last line needs no end, fields
 * after the ids may be missing, and the last one may hold colons; comments (#) and what is for NIS (+, -) are
 * none. But for the ids: what is no plain number below 4294967295 is no id here.
 *
 * Runs inside, below the new root, and in the launcher where the one id of a map has to be known
 * before there is an inside.
 */
#ifndef USERS_H
#define USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "resolve.h"

/* `root`: where the files are looked for, below an open directory, or RESOLVE_INSIDE: below our own root. */

/* Of subuid(5), which shadow's programs read up to there; and of passwd(5), which has no limit elsewhere. */
enum { USERS_LINE = 1024, USERS_PASSWD_LINE = 8192 };

struct users_entry {
	uint32_t uid, gid;
	char *name, *home, *shell; /* in line; the last two may be empty */
	char line[USERS_PASSWD_LINE];
};

/* A user's or group's id as options name it: name is NULL where it is given as a number. */
struct users_word {
	const char *name;
	uint32_t id;
};

/* The entry of a user, by name or, where that is NULL, by id. False where there is none. */
bool users_find(int root, const struct users_word *user, struct users_entry *entry);

/* The id of a group. False where the name is not in /etc/group. */
bool users_find_group(int root, const struct users_word *group, uint32_t *gid);

/*
 * The groups that /etc/group counts the user `name` to, each once, at most `room` of them. Returns how many.
 */
size_t users_groups_of(int root, const char *name, uint32_t *gids, size_t room);

/*
 * The next line of an open file, without its end, which the last one may lack, in line; those that do not fit
 * or hold a NUL byte are passed over. False at the end. For the files of this form elsewhere: subuid(5).
 */
struct users_file {
	int file; /* closed at the end, but for a laid one */
	off_t start;
	bool laid;
	size_t next, length, seen;
	char bytes[512];
};
bool users_open(struct users_file *users, int root, const char *path);
bool users_line(struct users_file *users, char *line, size_t room);
void users_close(struct users_file *users);

/*
 * Before the root is entered: in the place of path, one of the two files, there will be what `file` holds, a
 * regular file, or, where it is -1, nothing. It is read from where it stands, and stands there again
 * afterwards, until users_lift closes it. See covers.h.
 */
void users_lay(const char *path, int file);
void users_lift(void);

#endif
