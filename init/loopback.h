/* loopback.h: the interface lo of a new network namespace, netdevice(7). */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include "init.h"

/*
 * A new network namespace has lo, and it is down. Returns a socket of the namespace, which is what it
 * takes to set lo up; -1 with errno.
 */
int loopback_up(void);
extern const char loopback_right[]; /* what to say of EPERM */

/* The same in nsinit's own, where --loopback asks for it. */
void loopback_set_up(const struct init *init);

#endif
