/*
 * names.h: the other inits that nsinit stands in for, by the name that it is called by.
 */
#ifndef NAMES_H
#define NAMES_H

#include "init.h"

/*
 * Called as tini, docker-init, dumb-init or catatonit (argv[0]; what stands before the last slash
 * and a suffix like -static do not count), nsinit takes that program's defaults, environment
 * variables, version line and the exit status of its own failures. Its options are a subset of
 * nsinit's. Before the options are read, which may say otherwise.
 */
void names_apply(struct init *init, const char *called);

/* The signals go to the command alone (-c): nor has it a session of dumb-init's kind. */
void names_leave_session(struct init *init);

/* Says that orphans are not nsinit's: as tini, which says it always, and under --verbose. */
void names_warn(const struct init *init);

/* The line of --version. */
const char *names_version(void);

#endif
