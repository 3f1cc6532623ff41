/*
 * uts.c: the names of the UTS namespace. Runs inside, with CAP_SYS_ADMIN over it.
 */
#include "uts.h"

#include <string.h>
#include <unistd.h>

#include "message.h"

void uts_set_names(const struct init *init)
{
	if (init->hostname && step("set the hostname to ", init->hostname) &&
	    sethostname(init->hostname, strlen(init->hostname)) < 0)
		step_failed(NULL);
	if (init->domainname && step("set the domain name to '", init->domainname, "'") &&
	    setdomainname(init->domainname, strlen(init->domainname)) < 0)
		step_failed(NULL);
}
