/*
 * environment.h: the command's environment, environ(7).
 */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include "init.h"
#include "users.h"

/*
 * The command's variables, in memory of memory.h. user is NULL where the rootfs has no entry.
 *
 * With --keep-env, or without --root, the caller's; with --clearenv none; else PATH, HOME, USER,
 * LOGNAME, TERM, container and PS1. Those of --env come last and replace others.
 */
char **environment_make(const struct init *init, const struct users_entry *user);

/* The user's home directory, if it is there; else "/". */
const char *environment_home(const struct users_entry *user, uint32_t uid);

/* The value of NAME in variables, or NULL. */
const char *environment_find(char *const *variables, const char *name);

/* Where a command is looked for without a PATH. */
#define ENVIRONMENT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

#endif
