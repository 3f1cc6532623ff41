/* clocks.h: the clocks of a new time namespace, time_namespaces(7). */
#ifndef CLOCKS_H
#define CLOCKS_H

#include "init.h"

/*
 * --enter-clocks: enters the time namespace that the launcher made for us before our exec. Linux does that
 * with the exec since 6.2; before, it is for children only, and they have no right over it. Needs the
 * host's /proc.
 */
void clocks_enter(const struct init *init);

#endif
