/*
 * loopback.c: sets lo up. Runs inside, with CAP_NET_ADMIN over the network namespace.
 */
#include "loopback.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "message.h"

void loopback_set_up(const struct init *init)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int any;

	if (!init->loopback || !step("set the interface lo up"))
		return;
	/* Any socket of the namespace serves for the ioctl, netdevice(7); this kind is the cheapest. */
	any = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (any < 0 || ioctl(any, SIOCSIFFLAGS, &request) < 0)
		step_failed(NULL);
	close(any);
}
