/* loopback.h: the interface lo of a new network namespace, netdevice(7). */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include "init.h"

/* A new network namespace has lo, and it is down. */
void loopback_set_up(const struct init *init);

#endif
