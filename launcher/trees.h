/*
 * trees.h: what of the host only the launcher may open.
 *
 * Owns: copies of the root's, the overlay's and the binds' trees, open_tree(2), made before the user
 * namespace is: in it the caller's privileges over folders that are closed to others are gone. And the
 * ids that a root shows (--idmap).
 */
#ifndef TREES_H
#define TREES_H

#include <sys/types.h>

#include "launch.h"

/*
 * Opens what nsinit may not be able to, and tells nsinit the descriptors, which stay open over its exec.
 * Ends the program on error.
 */
void trees_open(struct launch *launch);

/* The parent's half: shows the root with the ids of the user namespace of process pid. */
void trees_map_ids(const struct launch *launch, pid_t pid);

#endif
