/*
 * command.h: the command: found, started, its end.
 *
 * Owns: what happens between "the container is ready" and the command's first instruction.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stdnoreturn.h>
#include <sys/types.h>

#include "init.h"
#include "signals.h"

/* What the command's process needs beyond the options. */
struct command {
	char **words;	   /* never empty */
	char **variables;  /* its environment */
	pid_t init;	   /* from lifeline_release */
	int terminal;	   /* its controlling terminal, or -1 */
	char **listen_pid; /* its LISTEN_PID=..., where that named nsinit; else NULL */
	bool foreground;   /* it is given the terminal's foreground at the start */
	bool scripts;	   /* what has no format is a script of /bin/sh */
	struct signals_inherited signals;
};

/*
 * Fills words and variables from the options and the rootfs's /etc/passwd, and ids and directory of
 * init where they follow from that.
 */
void command_prepare(struct command *command, struct init *init);

/*
 * Starts the command in a process group of its own and returns its process id once it has been
 * executed. Where it cannot be, says why, and ends nsinit: 125, 126 or 127.
 */
pid_t command_start(const struct command *command, const struct init *init);

/* Becomes the command (--as-pid-1), or ends nsinit in the same ways. */
noreturn void command_become(const struct command *command, const struct init *init);

#endif
