/*
 * launch.h: everything that nslaunch's options ask for, in one place.
 *
 * Owns: struct launch, which main fills from the options and hands from step to step. What is to
 * be done inside is not here but in `arguments`, in nsinit's own words.
 */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "../init/init.h"
#include "../init/signals.h"

enum map_kind {
	MAP_NONE,    /* no user namespace, or no map asked for */
	MAP_ROOT,    /* the caller is 0 inside */
	MAP_CURRENT, /* the caller keeps its id */
};

/* NUL-terminated words for nsinit's --args-fd. */
struct arguments {
	char *text;
	size_t length, room;
};

struct launch {
	/* the options */
	bool userns;
	enum map_kind map;
	bool no_default_mounts;
	uint64_t added, dropped; /* --cap-add, --cap-drop; a set as in capabilities.h */
	char *init_path;	 /* NULL: the embedded nsinit */
	char **command;
	struct init inside; /* the inside options as nsinit will see them, for looking at only */
	struct arguments arguments;

	/* what follows from them: launch_decide */
	unsigned int namespaces; /* CLONE_NEW*: the new ones */
	uid_t uid;		 /* the caller's */
	gid_t gid;
	bool single_id; /* one id is mapped, and the child writes the map itself */
	uint32_t uid_inside, gid_inside;
	bool parent_maps; /* every id is mapped, by the parent; nsinit waits for it */
	int terminal;	  /* which standard descriptor is the controlling terminal, or -1 */

	/* held while it runs */
	struct signals_inherited signals;
	int image;  /* nsinit's program and its options, ready to be executed */
	int socket; /* to nsinit */
	int socket_inside;
};

/* Fills launch from the command line; bad input ends the program. */
void launch_read_options(struct launch *launch, char **argv);

/* Adds words for nsinit; value may be NULL. */
void launch_tell(struct launch *launch, const char *option, const char *value);

/* Looks at what the host must bring (rootfs, sources of binds): one line and 125 if it does not. */
void launch_check(const struct launch *launch);

/* Decides on namespaces and ids, and tells nsinit what follows. */
void launch_decide(struct launch *launch);

#endif
