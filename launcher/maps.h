/*
 * maps.h: the ids of a new user namespace, user_namespaces(7).
 *
 * Owns: the lines of its two maps, from the options, /etc/subuid and /etc/subgid, and who writes them:
 * the child itself where one id is the caller's own, else the parent, with its own privileges or with
 * newuidmap(1) and newgidmap(1).
 */
#ifndef MAPS_H
#define MAPS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct launch;

/* `count` ids from `outside` on show inside as those from `inside` on. */
struct map_line {
	struct map_line *next;
	uint32_t inside, outside, count;
	const char *text; /* as the user gave it, or NULL */
};

/* Adds IN:OUT:N of an option to a list. Bad numbers and overlaps end the program. */
void maps_read(struct map_line **list, const char *option, char *value);

/*
 * Decides on the maps of launch, on who writes them, and on the ids that nsinit and the command have
 * inside. After the namespaces have been decided on; looks at the host, changes nothing, and ends the
 * program where the kernel would refuse a line.
 */
void maps_decide(struct launch *launch);

/* Whether user id `outside` has a name inside; where each keeps its own it has. */
bool maps_hold(const struct launch *launch, uint32_t outside);

/* What the ids of root inside, or of who sets up in its place, are outside. */
void maps_outside(const struct launch *launch, uid_t *uid, gid_t *gid);

/* What user `inside` is outside, or ID_NONE: it has no place in the map, or there is no map. */
uint32_t maps_outside_user(const struct launch *launch, uint32_t inside);

/* What to say where a file of a map takes less than was written; errno is 0 then, and has no reason. */
extern const char maps_short[];

/* The parent's half: writes the maps of process pid, which waits for it. */
void maps_write(const struct launch *launch, pid_t pid);

#endif
