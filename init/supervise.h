/*
 * supervise.h: PID 1's life while the command runs.
 */
#ifndef SUPERVISE_H
#define SUPERVISE_H

#include "command.h"
#include "init.h"

/*
 * Forwards signals to the command, reaps every child, and returns the exit status to end with:
 * the command's. Blocks in one poll(2); nothing wakes it but a signal or the launcher.
 */
int supervise(const struct init *init, const struct command *command, pid_t pid);

#endif
