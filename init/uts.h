/* uts.h: the hostname and the domain name, uts_namespaces(7). */
#ifndef UTS_H
#define UTS_H

#include "init.h"

void uts_set_names(const struct init *init);

#endif
