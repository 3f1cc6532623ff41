/*
 * namespaces.h: the new namespaces, and nsinit as the first process in them.
 */
#ifndef NAMESPACES_H
#define NAMESPACES_H

#include "launch.h"

/*
 * Makes the namespaces with one clone3(2) and executes nsinit in them, under the environment
 * `variables`. Returns its process id as the caller sees it. Ends the program on error.
 */
pid_t namespaces_start(const struct launch *launch, char **argv, char **variables);

/*
 * The parent's half of an id map that names every id, user_namespaces(7): each is itself inside.
 */
void namespaces_map_all(pid_t pid);

#endif
