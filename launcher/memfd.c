/*
 * memfd.c: files that no path leads to. Runs outside, before the namespaces are made.
 */
#include "memfd.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../init/kernel.h"
#include "../init/message.h"

int memfd_make(const char *name, unsigned int flags, unsigned int execution)
{
	int memory = memfd_create(name, flags | execution);

	/* Before Linux 6.3 there was no choice about execution. */
	if (memory < 0 && errno == EINVAL)
		memory = memfd_create(name, flags);
	return memory;
}

int memfd_of(const char *name, const void *bytes, size_t length)
{
	int memory = memfd_make(name, 0, MFD_NOEXEC_SEAL);
	ssize_t written;

	if (memory < 0)
		message_die(errno, KERNEL_SINCE("3.17"),
			    TEXT_WORDS("cannot make a memfd for the ", name));
	written = pwrite(memory, bytes, length, 0);
	if (written < 0)
		die_errno("cannot write the ", name, " to a memfd");
	if ((size_t)written != length)
		die("cannot write the ", name, " to a memfd: there was no room for all of it");
	return memory;
}
