/*
 * descendants.h: every process that nsinit is responsible for.
 */
#ifndef DESCENDANTS_H
#define DESCENDANTS_H

#include <stdbool.h>

/*
 * Sends signal to all of them. As PID 1 that is every other process of the PID namespace, kill(2).
 * As a subreaper it is those whose parent, or its parent and so on, is nsinit, and nobody else;
 * false where they cannot be found, as without /proc.
 */
bool descendants_signal(int signal);

#endif
