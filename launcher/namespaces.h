/*
 * namespaces.h: the new namespaces, and nsinit as the first process in them.
 */
#ifndef NAMESPACES_H
#define NAMESPACES_H

#include "launch.h"

/*
 * Makes the namespaces with one clone3(2), all or all but the network's, and executes nsinit in them,
 * under the environment `variables`. Returns its process id as the caller sees it. Ends the program on
 * error.
 */
pid_t namespaces_start(const struct launch *launch, char **argv, char **variables);

/*
 * Makes the network namespace while nsinit mounts, hands it to nsinit, and comes back. Does nothing where
 * the clone has made it. Ends the program on error, and nsinit with it.
 */
void namespaces_make_network(const struct launch *launch);

/*
 * The parent's half of them, which nsinit, process pid, waits for: what takes the caller's privileges
 * outside. Ends the program on error, and nsinit with it.
 */
void namespaces_finish(const struct launch *launch, pid_t pid);

#endif
