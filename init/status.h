/*
 * status.h: the exit statuses of both programs, and the one place where a wait status becomes one.
 *
 * Owns: the numbers of the table in nslaunch(1). Nothing else in either program names them.
 */
#ifndef STATUS_H
#define STATUS_H

#include <sys/wait.h>

enum {
	STATUS_OK = 0,
	STATUS_FAILED = 125,	     /* we could not do our own part */
	STATUS_CANNOT_EXECUTE = 126, /* the command was found, but cannot be executed */
	STATUS_NOT_FOUND = 127,	     /* the command was not found */
	STATUS_SIGNALED = 128,	     /* plus the number of the signal that killed the command */
};

/* The exit status for a wait status (wait(2)) of a process that has ended, 0 to 255. */
static inline int status_from_wait(int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return STATUS_SIGNALED + WTERMSIG(wait_status);
	return WEXITSTATUS(wait_status);
}

#endif
