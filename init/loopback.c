/*
 * loopback.c: sets lo up. Runs inside, or in the launcher while it is in the new namespace; with
 * CAP_NET_ADMIN over that.
 */
#include "loopback.h"

#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "message.h"

const char loopback_right[] = "it takes CAP_NET_ADMIN over the network namespace";

int loopback_up(void)
{
	const struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	/* The cheapest kind; and not by musl's socket(3), which can do without SOCK_CLOEXEC. */
	int any = (int)syscall(SYS_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (any >= 0 && ioctl(any, SIOCSIFFLAGS, &request) < 0) {
		close(any);
		return -1;
	}
	return any;
}

void loopback_set_up(const struct init *init)
{
	int any;

	if (!init->loopback || !step("set the interface lo up"))
		return;
	any = loopback_up();
	if (any < 0)
		step_failed(errno == EPERM ? loopback_right : NULL);
	close(any);
}
