/*
 * reap.h: children that end, or that job control stops.
 *
 * Owns: how nsinit learns of them. It begins by waiting for each. Where orphans turn up it can
 * ignore SIGCHLD, so that the kernel reaps them without waking it (signal(7), wait(2) NOTES), and
 * the command's status comes from its pidfd. That takes Linux 6.15, and tells nothing of stops or
 * of others.
 */
#ifndef REAP_H
#define REAP_H

#include <stdbool.h>
#include <sys/types.h>

struct reap {
	pid_t command; /* 0: there is none */
	int pidfd;     /* the command's, while the kernel reaps; else -1 */
	bool quietly;  /* from the first orphan on, let the kernel reap where it can */
	bool warn;     /* say which orphans ended */

	/* what has been learnt */
	bool ended;	 /* the command, as wait_status says */
	int wait_status; /* wait(2) */
	int stopped;	 /* the signal that stopped the command since last asked, or 0 */
	bool alone;	 /* there is no child left */
};

/* To be called on SIGCHLD. */
void reap_look(struct reap *reap);

/* To be called when the pidfd says POLLHUP: the kernel has reaped the command. */
void reap_look_at_pidfd(struct reap *reap);

/* From now on every child's end is noticed. */
void reap_wait_for_all(struct reap *reap);

#endif
