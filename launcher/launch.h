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
#include "maps.h"
#include "nsfs.h"
#include "relay.h"

enum map_kind {
	MAP_NONE,    /* neither was asked for */
	MAP_ROOT,    /* the caller is 0 inside */
	MAP_CURRENT, /* the caller keeps its id */
};

enum setgroups { SETGROUPS_DEFAULT, SETGROUPS_ALLOW, SETGROUPS_DENY };

enum maps_by {
	MAPS_BY_NOBODY, /* no new user namespace */
	MAPS_BY_CHILD,	/* before it becomes nsinit */
	MAPS_BY_PARENT,
	MAPS_BY_HELPER, /* newuidmap and newgidmap, for the parent */
};

/* NUL-terminated words for nsinit's --args-fd. */
struct arguments {
	char *text;
	size_t length, room;
};

struct launch {
	/* the options */
	bool userns, map_auto, unmapped, idmap, no_default_mounts;
	bool unshare_said;
	unsigned int unshared; /* CLONE_NEW*: --unshare */
	enum map_kind map;
	enum setgroups setgroups;
	struct map_line *uids, *gids; /* --uid-map, --gid-map; later: the lines of the maps */
	char *monotonic, *boottime;   /* offsets in seconds, or NULL */
	struct persisted *persisted;
	uint64_t added, dropped; /* --cap-add, --cap-drop; a set as in capabilities.h */
	char *init_path;	 /* NULL: the embedded nsinit */
	char *seccomp;		 /* --seccomp; NULL: the default filter */
	bool allow_new_privs;
	char **command;
	struct init inside; /* the inside options as nsinit will see them, for looking at only */
	struct arguments arguments;

	/* what follows from them: launch_decide */
	unsigned int namespaces; /* CLONE_NEW*: the new ones */
	uid_t uid;		 /* the caller's */
	gid_t gid;
	uint32_t uid_inside;	   /* nsinit's, where there are lines */
	char *uid_text, *gid_text; /* the maps as the kernel reads them */
	const char *newuidmap, *newgidmap;
	enum maps_by maps_by;
	int terminal;	   /* which standard descriptor is the controlling terminal, or -1 */
	bool lines;	   /* uids and gids are the maps; else every id is itself */
	bool waits;	   /* nsinit waits for the parent's half */
	bool overlay_made; /* by us: --overlay's folder */

	/* held while it runs */
	int overlay, lock; /* the folder of --overlay and its lock, see overlay.h; -1: none */
	int root_tree, overlay_tree; /* see trees.h; -1: none */
	int image;		     /* nsinit's program, ready to be executed */
	int options;		     /* `arguments`, for nsinit to read */
	int socket;		     /* to nsinit */
	int socket_inside;
	int network; /* our own network namespace, where nsinit's is made while it mounts; or -1 */
	struct signals_inherited signals;
	struct relay_terminal before;
};

/* Fills launch from the command line; bad input ends the program. */
void launch_read_options(struct launch *launch, char **argv);

/* Adds words for nsinit; value may be NULL. */
void launch_tell(struct launch *launch, const char *option, const char *value);

/* Looks at what the host must bring (rootfs, sources of binds): one line and 125 if it does not. */
void launch_check(const struct launch *launch);

/* Decides on namespaces and ids, and tells nsinit what follows. */
void launch_decide(struct launch *launch);

/* Makes the folder of --overlay where it is missing, and locks it; after everything that may be refused. */
void launch_lock_overlay(struct launch *launch);

/* Gives the caller's pipes to who the command is outside, where a map makes that another: stdio.h. */
void launch_give_pipes(const struct launch *launch);

/* Blocks all signals, and tells nsinit which ones the command is to find blocked. */
void launch_block_signals(struct launch *launch);

#endif
