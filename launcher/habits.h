/*
 * habits.h: what users of other programs are used to, and nslaunch's word for it.
 *
 * Owns: the words of unshare(1), bubblewrap, Docker, Podman and systemd-nspawn that are none here.
 * Nothing is ever taken for what was perhaps meant: the launch is refused in a line that says it.
 */
#ifndef HABITS_H
#define HABITS_H

#include "launch.h"

/* For options_advise: ends the program with what to say instead of the option, if it knows. */
void habits_advise(const struct option *table, const char *word, const char *shown);

/*
 * Refuses a command that is none, but what another program takes in its place. After the options have
 * been read from argv; `--` before the command says that it is one.
 */
void habits_check(const struct launch *launch, char *const *argv);

#endif
