/*
 * seccomp.h: --seccomp, as nslaunch sees it: a file of the host, for nsinit to attach.
 */
#ifndef LAUNCHER_SECCOMP_H
#define LAUNCHER_SECCOMP_H

#include "launch.h"

/*
 * Tells nsinit which filter the command gets. A file is read and checked here, and nsinit gets a copy:
 * what it reads is what was checked, and a pipe will do. Ends the program where it is no filter.
 */
void seccomp_hand_over(struct launch *launch);

#endif
