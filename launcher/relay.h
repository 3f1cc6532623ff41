/*
 * relay.h: the launcher's life while the container runs.
 */
#ifndef RELAY_H
#define RELAY_H

#include "launch.h"

/*
 * Forwards signals to nsinit, takes part in job control, and returns nsinit's exit status when it
 * has ended, with the terminal as it was before.
 */
int relay(const struct launch *launch, pid_t pid);

#endif
