/*
 * clocks.c: enters a time namespace. Runs inside, with CAP_SYS_ADMIN over it, before anything is mounted.
 */
#include "clocks.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "kernel.h"
#include "message.h"

void clocks_enter(const struct init *init)
{
	int clocks;

	if (!init->enter_clocks || !step("enter the time namespace"))
		return;
	clocks = kernel_open("/proc/self/ns/time_for_children", O_RDONLY);
	if (clocks < 0 || setns(clocks, CLONE_NEWTIME) < 0)
		step_failed(NULL);
	close(clocks);
}
