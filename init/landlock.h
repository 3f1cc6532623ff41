/*
 * landlock.h: which files the command may use at all, landlock(7).
 *
 * Owns: --landlock-ro and --landlock-rw. They hold beside everything else, and take no privilege and no
 * namespace: nsinit alone gives an ordinary user this where user namespaces are forbidden.
 */
#ifndef LANDLOCK_H
#define LANDLOCK_H

#include <stdbool.h>

struct init;

/* One of these options. */
struct landlock_path {
	struct landlock_path *next;
	bool writable;
	const char *path; /* as the command finds it */
};

/*
 * In the command's process, with no_new_privs set: from here on it, and all that it starts, can read,
 * list and execute what is at and below the paths, and do everything with those that are writable;
 * other files it cannot open. Abstract Unix sockets and processes outside are out of reach where the
 * kernel has that (Linux 6.12). Does nothing where neither option was given. False where the step under
 * way failed, with errno.
 */
bool landlock_restrict(const struct init *init);

#endif
