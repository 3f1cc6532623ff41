/*
 * relay.h: the launcher's life while the container runs.
 */
#ifndef RELAY_H
#define RELAY_H

#include <stdbool.h>
#include <termios.h>
#include <sys/types.h>

struct launch;

/* The controlling terminal as we found it. */
struct relay_terminal {
	bool had_it; /* we were in its foreground, at the start or later */
	bool saved;  /* settings is filled */
	struct termios settings;
};

/* Before anything is started that could change it. */
void relay_remember(struct launch *launch);

/*
 * Forwards signals to nsinit, takes part in job control, and returns nsinit's exit status when it
 * has ended, with the terminal as it was before.
 */
int relay(const struct launch *launch, pid_t pid);

#endif
