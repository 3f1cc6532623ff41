/*
 * supervise.h: PID 1's life while the command runs.
 */
#ifndef SUPERVISE_H
#define SUPERVISE_H

#include "command.h"
#include "init.h"

/*
 * Forwards signals to the command, reaps every child, and returns the exit status to end with:
 * the command's. Sleeps in one system call; nothing wakes it but a signal, the command's end and
 * what the launcher says of the terminal.
 */
int supervise(const struct init *init, const struct command *command, pid_t pid);

#endif
